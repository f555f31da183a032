//! The conversations that wait for a person.

use parlor_model::{Ctx, Result};
use parlor_store::repo::statistics as repo;

use crate::{Engine, authority};

/// The numbers of the open conversations a person has to answer, longest waiting first, at most `limit`. Without
/// `conversations:read` a member sees those that involve it.
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
