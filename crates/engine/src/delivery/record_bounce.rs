//! What a mail server says of a mail that it could not deliver.
//!
//! Keeps INV-78 (`docs/invariants.md`).

use parlor_model::conversation::ConversationKey;
use parlor_model::id::{DeliveryId, IdOrNumber};
use parlor_model::outbox::{DeliveryFailureReason, DeliveryState};
use parlor_model::{Ctx, Result};
use parlor_store::repo::conversation;

use super::record_status::{find_of_carrier, record_in_tx};
use crate::Engine;
use crate::chat::MailId;
use crate::delivery_counts::DeliveryEnd;

/// Records that a mail has come back, and returns whether that is news: a mail that this workspace has not sent from its outbox,
/// or that has come back before, changes nothing.
///
/// The caller has authenticated the mail server; `ctx` is that of the server's operator. The id contains that of the chat, which
/// only those know who have got a mail of it.
pub async fn record_bounce(engine: &Engine, ctx: &Ctx, mail: MailId) -> Result<bool> {
    let ws = ctx.ws();
    let recorded = engine
        .store
        .write(move |tx| {
            let id = DeliveryId::new(mail.mail);
            let Some(delivery) = find_of_carrier(tx, ws, IdOrNumber::Id(id))? else {
                return Ok(None);
            };
            let key = ConversationKey::Number(delivery.conversation);
            let chat = conversation::find(tx, ws, key)?;
            if chat.is_none_or(|chat| chat.id != mail.conversation) {
                return Ok(None);
            }
            let bounced = (DeliveryState::Failed, Some(DeliveryFailureReason::Bounced));
            let is_news = record_in_tx(tx, ws, &delivery, bounced)?;
            Ok(is_news.then_some((delivery.id, delivery.event)))
        })
        .await?;
    let Some((id, event)) = recorded else {
        return Ok(false);
    };
    engine.delivery_counts.record(event, DeliveryEnd::Failed);
    tracing::info!(delivery = %id.uuid(), "a mail came back");
    Ok(true)
}
