//! Creates an event rule.

use parlor_model::event_rule::{CreateEventRule, EventRule};
use parlor_model::{Ctx, Error, Result};
use parlor_store::repo::event_rule as repo;

use super::rules::{authorize, validated};
use crate::Engine;

/// Maximum number of rules per workspace.
const MAX_RULES: i64 = 1_000;

/// Creates a rule. Requires `automations:write`, and `webhooks:write` if it posts to an external address.
pub async fn create(engine: &Engine, ctx: &Ctx, command: CreateEventRule) -> Result<EventRule> {
    authorize(ctx, command.action)?;
    let command = validated(command)?;
    let ws = ctx.ws();
    engine
        .store
        .write(move |tx| {
            let (_, total) = repo::page(tx, ws, 0, 0)?;
            if total >= MAX_RULES {
                let rule = "is one too many: 1000 are kept";
                return Err(Error::invalid("event_type", rule));
            }
            repo::insert(tx, ws, &command)
        })
        .await
}
