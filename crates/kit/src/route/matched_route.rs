//! The matched row of the route table, which enforces the documented scope.

use std::sync::Arc;

use http::Extensions;
use parlor_model::{Ctx, Error, Result};

use super::RouteSummary;

/// Row that a request matched, set by the router in the request's extensions.
#[derive(Debug, Clone)]
pub struct MatchedRoute(Arc<RouteSummary>);

impl MatchedRoute {
    pub(crate) fn new(summary: RouteSummary) -> Self {
        Self(Arc::new(summary))
    }

    /// Returns the matched row of a request.
    ///
    /// # Errors
    /// `Internal` for a handler outside a route table.
    pub fn from_extensions(extensions: &Extensions) -> Result<Self> {
        let found = extensions.get::<Self>().cloned();
        found.ok_or_else(|| Error::internal("a handler without a row in the table"))
    }

    /// Returns the path with its parameters, without a trailing slash.
    pub fn path(&self) -> &'static str {
        self.0.path.trim_end_matches('/')
    }

    /// Requires the documented scope of an unbound key. What a member may do without it, such as reading its own
    /// conversations, is decided by the engine.
    ///
    /// # Errors
    /// `Forbidden` with the missing scope.
    pub fn authorize(&self, ctx: &Ctx) -> Result<()> {
        match ctx.actor {
            None => self.require_scope(ctx),
            Some(_) => Ok(()),
        }
    }

    /// Requires the documented scope of every credential.
    ///
    /// # Errors
    /// `Forbidden` with the missing scope.
    pub fn require_scope(&self, ctx: &Ctx) -> Result<()> {
        self.0.scope.map_or(Ok(()), |scope| ctx.require(scope))
    }
}
