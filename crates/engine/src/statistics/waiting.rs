//! The conversations that wait for a person.

use parlor_model::{Ctx, Result};
use parlor_store::repo::statistics as repo;

use crate::{Engine, authority};

/// The numbers of the open conversations a person has to answer, longest waiting first, at most `limit`. Without
/// `conversations:read` a member sees those that involve it.
pub async fn waiting(engine: &Engine, ctx: &Ctx, limit: i64) -> Result<Vec<i64>> {
    let ctx = *ctx;
    engine
        .store
        .scan(ctx.ws(), move |tx| {
            let seen = authority::visibility(tx, &ctx)?;
            repo::waiting(tx, ctx.ws(), seen, limit)
        })
        .await
}
