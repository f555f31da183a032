//! When a member was last active.

use parlor_model::scope::{Resource, Scope};
use parlor_model::{Ctx, Result, Timestamp};
use parlor_store::repo::member as repo;

use crate::Engine;

/// Returns when a member last sent a message or moved a read mark in the conversations it participates in; the newest
/// 1,000 seqs of each count. Requires `members:read`, except for the acting member itself.
pub async fn last_seen(engine: &Engine, ctx: &Ctx, number: i64) -> Result<Option<Timestamp>> {
    if !ctx.is_actor(number) {
        ctx.require(Scope::read(Resource::Members))?;
    }
    let ws = ctx.ws();
    engine
        .store
        .read_throttled(ws, move |tx| repo::find_last_seen(tx, ws, number))
        .await
}
