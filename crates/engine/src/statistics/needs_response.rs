//! Lists conversations that need a response.

use parlor_model::{Ctx, Result};
use parlor_store::repo::statistics as repo;

use crate::{Engine, authority};

/// Returns the numbers of the open conversations that need a response from a person, longest waiting first, at most
/// `limit`. Without `conversations:read` only the acting member's own.
pub async fn needs_response(engine: &Engine, ctx: &Ctx, limit: i64) -> Result<Vec<i64>> {
    let ctx = *ctx;
    engine
        .store
        .read_throttled(ctx.ws(), move |tx| {
            let seen = authority::list_visibility(tx, &ctx)?;
            repo::needs_response(tx, ctx.ws(), seen, limit)
        })
        .await
}
