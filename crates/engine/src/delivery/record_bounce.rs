//! What a mail server says of a mail that it could not deliver.
//!
//! Keeps INV-78 (`docs/invariants.md`).

use parlor_model::conversation::ConversationKey;
use parlor_model::id::{DeliveryId, IdOrNumber};
use parlor_model::outbox::{DeliveryFailureReason, DeliveryState};
use parlor_model::redacted::Redacted;
use parlor_model::{Ctx, Result};
use parlor_store::repo::conversation;

use super::record_status::{find_of_carrier, record_in_tx};
use crate::Engine;
use crate::chat::MailId;
use crate::delivery_counts::DeliveryEnd;
use crate::undeliverable_address::mark_subject;

/// A mail that has come back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BouncedMail {
    /// The mail.
    pub mail: MailId,
    /// Why its recipients do not exist, if the report says so.
    pub unknown: Option<UnknownRecipients>,
}

/// Recipients that do not exist, as a mail server says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnknownRecipients {
    /// Addresses that the report names, also those to which another address passes mails on.
    pub addresses: Vec<Redacted<String>>,
    /// Status of the mail server, such as `5.1.1`.
    pub status: String,
}

/// Records that a mail has come back, and returns whether that is news for its message: one that was sent by hand has no state to
/// change, and of one that has come back before nothing changes.
///
/// The caller has authenticated the mail server; `ctx` is that of the server's operator. The id contains that of the chat, which
/// only those know who have got a mail of it. The address of the chat's subject is marked if the report says that it does not
/// exist.
pub async fn record_bounce(engine: &Engine, ctx: &Ctx, bounced: BouncedMail) -> Result<bool> {
    let BouncedMail { mail, unknown } = bounced;
    let ws = ctx.ws();
    let recorded = engine
        .store
        .write(move |tx| {
            let key = ConversationKey::Id(mail.conversation);
            let Some(chat) = conversation::find(tx, ws, key)?.map(|chat| chat.number) else {
                return Ok(None);
            };
            let id = DeliveryId::new(mail.mail);
            let delivery = find_of_carrier(tx, ws, IdOrNumber::Id(id))?;
            let delivery = delivery.filter(|delivery| delivery.conversation == chat);
            let bounced = (DeliveryState::Failed, Some(DeliveryFailureReason::Bounced));
            if let Some(delivery) = &delivery
                && !record_in_tx(tx, ws, delivery, bounced)?
            {
                return Ok(None);
            }
            if let Some(unknown) = &unknown {
                let named = Some(unknown.addresses.as_slice());
                mark_subject(tx, ws, chat, named, Some(&unknown.status))?;
            }
            Ok(delivery.map(|delivery| (delivery.id, delivery.event)))
        })
        .await?;
    let Some((id, event)) = recorded else {
        return Ok(false);
    };
    engine.delivery_counts.record(event, DeliveryEnd::Failed);
    tracing::info!(delivery = %id.uuid(), "a mail came back");
    Ok(true)
}
