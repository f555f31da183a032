//! The matched row of the route table, which enforces the documented scope.

use std::convert::Infallible;
use std::sync::Arc;

use axum::extract::FromRequestParts;
use http::Extensions;
use http::request::Parts;
use parlor_model::{Ctx, Error, Result};

use super::RouteSummary;

/// Row that a request matched, set by the router in the request's extensions. A handler outside a route table has none,
/// and every check of its scope fails.
#[derive(Debug, Clone)]
pub struct MatchedRoute(Option<Arc<RouteSummary>>);

impl MatchedRoute {
    pub(crate) fn new(summary: RouteSummary) -> Self {
        Self(Some(Arc::new(summary)))
    }

    /// Returns the matched row of a request.
    pub fn from_extensions(extensions: &Extensions) -> Self {
        extensions.get::<Self>().cloned().unwrap_or(Self(None))
    }

    /// Returns the path with its parameters, without a trailing slash.
    pub fn path(&self) -> &'static str {
        let path = self.0.as_ref().map_or("", |row| row.path);
        path.trim_end_matches('/')
    }

    /// Requires the documented scope of an unbound key. What a member may do without it, such as reading its own
    /// conversations, is decided by the engine.
    ///
    /// # Errors
    /// `Forbidden` with the missing scope, `Internal` without a row.
    pub fn authorize(&self, ctx: &Ctx) -> Result<()> {
        match ctx.actor {
            None => self.require_scope(ctx),
            Some(_) => Ok(()),
        }
    }

    /// Requires the documented scope of every credential.
    ///
    /// # Errors
    /// `Forbidden` with the missing scope, `Internal` without a row.
    pub fn require_scope(&self, ctx: &Ctx) -> Result<()> {
        let row = self.0.as_ref();
        let row = row.ok_or_else(|| Error::internal("a handler without a row in the table"))?;
        row.scope.map_or(Ok(()), |scope| ctx.require(scope))
    }
}

impl<S: Sync> FromRequestParts<S> for MatchedRoute {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> std::result::Result<Self, Infallible> {
        Ok(Self::from_extensions(&parts.extensions))
    }
}
