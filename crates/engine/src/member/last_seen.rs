//! When a member was last heard of.

use parlor_model::scope::{Resource, Scope};
use parlor_model::{Ctx, Result, Timestamp};
use parlor_store::repo::member as repo;

use crate::Engine;

/// When a member last said something or marked something as read, in the conversations it takes part in; of each the
/// newest thousand positions count. Oneself without a scope, anybody with `members:read`.
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
