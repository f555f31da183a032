//! Replaces the secret of a rule.

use std::time::Duration;

use parlor_model::error::EntityKind;
use parlor_model::event_rule::{EventAction, EventRuleKey};
use parlor_model::scope::{Resource, Scope};
use parlor_model::{Ctx, Error, Result};
use parlor_store::repo::event_rule as repo;

use super::find::find_in_tx;
use super::queue::{EventNames, put_queue};
use super::secret::WebhookSecrets;
use super::{EventRuleDetails, find};
use crate::Engine;

/// Longest time in which requests are signed with two secrets: 7 days.
const MAX_OVERLAP: Duration = Duration::from_secs(7 * 24 * 60 * 60);
/// Number of attempts, of which all but the last may meet another change.
const MAX_ATTEMPTS: u32 = 8;

/// Replaces the secret with which webhooks of a rule are signed, and returns the rule with the new one, which is shown only
/// now. For `overlap` requests are signed with the old one too. A rule of an earlier version gets its first secret, and
/// takes effect. Requires `webhooks:write`.
///
/// # Errors
/// `NotFound` also for a rule that sends no webhooks; `Invalid` for a longer overlap.
pub async fn rotate_secret(
    engine: &Engine,
    ctx: &Ctx,
    key: EventRuleKey,
    overlap: Duration,
    names: EventNames,
) -> Result<EventRuleDetails> {
    ctx.require(Scope::write(Resource::Webhooks))?;
    if overlap > MAX_OVERLAP {
        return Err(Error::invalid("overlap", "must be 0 to 604800"));
    }
    let ws = ctx.ws();
    for _ in 0..MAX_ATTEMPTS {
        let (rule, stored) = engine
            .store
            .read(move |tx| {
                let rule = find_in_tx(tx, ws, key)?;
                let sealed = repo::find_secrets(tx, ws, rule.number)?;
                Ok((rule, sealed))
            })
            .await?;
        if rule.action != EventAction::SendWebhook {
            // It has no secret that could be replaced.
            return Err(Error::not_found(EntityKind::EventRule));
        }
        let secrets = match &stored {
            Some(sealed) => WebhookSecrets::open(engine, ws, sealed)?.rotate(engine, overlap),
            None => WebhookSecrets::generate(engine),
        };
        let sealed = secrets.seal(engine, ws)?;
        let is_written = engine
            .store
            .write(move |tx| {
                let rule = find_in_tx(tx, ws, key)?;
                if repo::find_secrets(tx, ws, rule.number)? != stored {
                    return Ok(false);
                }
                repo::set_secrets(tx, ws, rule.number, &sealed)?;
                put_queue(tx, ws, &rule, names)?;
                Ok(true)
            })
            .await?;
        if is_written {
            let found = engine
                .store
                .read(move |tx| find::details_in_tx(tx, ws, key))
                .await?;
            return Ok(EventRuleDetails {
                secret: Some(secrets.current().clone()),
                ..found
            });
        }
    }
    Err(Error::unavailable("the secret changes all the time"))
}
