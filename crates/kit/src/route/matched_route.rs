//! The row of the table by which a request came: where the documented scope is asked for.

use std::sync::Arc;

use http::Extensions;
use parlor_model::{Ctx, Error, Result};

use super::RouteSummary;

/// The row by which a request came. The router leaves it in the request's extensions.
#[derive(Debug, Clone)]
pub struct MatchedRoute(Arc<RouteSummary>);

impl MatchedRoute {
    pub(crate) fn new(summary: RouteSummary) -> Self {
        Self(Arc::new(summary))
    }

    /// The row of a request.
    ///
    /// # Errors
    /// `Internal` for a handler that no table has.
    pub fn from_extensions(extensions: &Extensions) -> Result<Self> {
        let found = extensions.get::<Self>().cloned();
        found.ok_or_else(|| Error::internal("a handler without a row in the table"))
    }

    /// Its path with its parameters, without a slash at the end.
    pub fn path(&self) -> &'static str {
        self.0.path.trim_end_matches('/')
    }

    /// Asks the documented scope of a key that is bound to no member. What a member may do without it, such as reading its
    /// own conversations, the engine decides.
    ///
    /// # Errors
    /// `Forbidden` with the scope that is missing.
    pub fn authorize(&self, ctx: &Ctx) -> Result<()> {
        match ctx.actor {
            None => self.require_scope(ctx),
            Some(_) => Ok(()),
        }
    }

    /// Asks the documented scope of every credential.
    ///
    /// # Errors
    /// `Forbidden` with the scope that is missing.
    pub fn require_scope(&self, ctx: &Ctx) -> Result<()> {
        self.0.scope.map_or(Ok(()), |scope| ctx.require(scope))
    }
}
