//! Resumes a paused queue.

use parlor_model::Ctx;
use parlor_model::Result;
use parlor_model::event_rule::EventRuleKey;
use parlor_model::scope::{Resource, Scope};
use parlor_store::repo::outbox as repo;

use super::find::find_queue;
use crate::{Engine, outbox};

/// Resumes the deliveries of a rule, and returns whether they were paused. Requires `webhooks:write`.
///
/// # Errors
/// `NotFound`.
pub async fn resume(engine: &Engine, ctx: &Ctx, rule: EventRuleKey) -> Result<bool> {
    ctx.require(Scope::write(Resource::Webhooks))?;
    let ws = ctx.ws();
    let is_resumed = engine
        .store
        .write(move |tx| match find_queue(tx, ws, rule)? {
            Some(queue) => repo::resume(tx, ws, queue.number),
            None => Ok(false),
        })
        .await?;
    outbox::wake_worker(engine);
    Ok(is_resumed)
}
