//! The conversations that wait for a person.

use parlor_model::{Ctx, Result};
use parlor_store::repo::statistics as repo;

use crate::Engine;
use crate::conversation::reach;

/// The numbers of the open conversations a person has to answer, longest waiting first, at most `limit`. Without
/// `conversations:read` a member sees those that involve it.
pub async fn waiting(engine: &Engine, ctx: &Ctx, limit: i64) -> Result<Vec<i64>> {
    let involving = reach(ctx)?;
    let (ws, viewer) = (ctx.ws(), ctx.actor.map(|actor| actor.number));
    engine
        .store
        .scan(move |tx| repo::waiting(tx, ws, viewer, involving, limit))
        .await
}
