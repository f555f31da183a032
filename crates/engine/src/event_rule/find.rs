//! Finds event rules.

use parlor_model::error::EntityKind;
use parlor_model::event_rule::{EventRule, EventRuleKey};
use parlor_model::scope::{Resource, Scope};
use parlor_model::{Ctx, Error, Result};
use parlor_store::Tx;
use parlor_store::repo::event_rule as repo;

use crate::Engine;

/// Returns a rule. Requires `automations:read`.
pub async fn find(engine: &Engine, ctx: &Ctx, key: EventRuleKey) -> Result<EventRule> {
    ctx.require(Scope::read(Resource::Automations))?;
    let ws = ctx.ws();
    engine.store.read(move |tx| find_in_tx(tx, ws, key)).await
}

/// Returns the rule.
///
/// # Errors
/// `NotFound`.
pub(super) fn find_in_tx(tx: &mut dyn Tx, ws: i64, key: EventRuleKey) -> Result<EventRule> {
    repo::find(tx, ws, key)?.ok_or_else(|| Error::not_found(EntityKind::EventRule))
}

/// Returns a numbered page, oldest first, and the total. Requires `automations:read`.
pub async fn page(
    engine: &Engine,
    ctx: &Ctx,
    limit: i64,
    offset: i64,
) -> Result<(Vec<EventRule>, i64)> {
    ctx.require(Scope::read(Resource::Automations))?;
    let ws = ctx.ws();
    engine
        .store
        .read(move |tx| repo::page(tx, ws, limit, offset))
        .await
}
