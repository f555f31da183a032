//! Creates an event rule.

use parlor_model::event_rule::{CreateEventRule, EventAction};
use parlor_model::{Ctx, Error, Result};
use parlor_store::repo::event_rule as repo;

use super::EventRuleDetails;
use super::queue::{EventNames, put_queue};
use super::rules::{authorize, validated};
use super::secret::WebhookSecrets;
use crate::Engine;

/// Maximum number of rules per workspace.
const MAX_RULES: i64 = 1_000;

/// Creates a rule, and returns it with the secret with which its webhooks are signed, if it sends any. Requires
/// `automations:write`, and `webhooks:write` and `conversations:read` if it posts to an external address. It counts for all
/// events of writes that begin after this call, on every node.
pub async fn create(
    engine: &Engine,
    ctx: &Ctx,
    command: CreateEventRule,
    names: EventNames,
) -> Result<EventRuleDetails> {
    authorize(ctx, command.action)?;
    let command = validated(command, engine.settings.allow_http_webhooks)?;
    let ws = ctx.ws();
    let secrets = match command.action {
        EventAction::SendWebhook => Some(WebhookSecrets::generate(engine)),
        EventAction::CreateChat | EventAction::LabelMember | EventAction::SendSms => None,
    };
    let sealed = match &secrets {
        Some(secrets) => Some(secrets.seal(engine, ws)?),
        None => None,
    };
    let (rule, queue) = engine
        .store
        .write(move |tx| {
            let (_, total) = repo::page(tx, ws, 0, 0)?;
            if total >= MAX_RULES {
                let rule = "is one too many: 1000 are kept";
                return Err(Error::invalid("event_type", rule));
            }
            let rule = repo::insert(tx, ws, &command)?;
            if let Some(sealed) = &sealed {
                repo::set_secrets(tx, ws, rule.number, sealed)?;
            }
            let queue = put_queue(tx, ws, &rule, names)?;
            Ok((rule, queue))
        })
        .await?;
    Ok(EventRuleDetails {
        rule,
        queue,
        secret: secrets.map(|secrets| secrets.current().clone()),
    })
}
