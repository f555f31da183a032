//! Deletes an event rule.

use parlor_model::event_rule::EventRuleKey;
use parlor_model::scope::{Resource, Scope};
use parlor_model::{Ctx, Result};
use parlor_store::repo::event_rule as repo;

use super::find::find_in_tx;
use super::queue::close_queue;
use super::rules::authorize;
use crate::Engine;

/// Deletes a rule; what waits to be sent for it is cancelled. Requires the scopes of [`update`](super::update()).
pub async fn delete(engine: &Engine, ctx: &Ctx, key: EventRuleKey) -> Result<()> {
    ctx.require(Scope::write(Resource::Automations))?;
    let ctx = *ctx;
    engine
        .store
        .write(move |tx| {
            let found = find_in_tx(tx, ctx.ws(), key)?;
            authorize(&ctx, found.action)?;
            close_queue(tx, ctx.ws(), &found)?;
            repo::delete(tx, ctx.ws(), found.number)
        })
        .await
}
