//! Addresses a text to the subject of a chat, and delivers it over the chat's medium.

use parlor_model::Ctx;
use parlor_model::chat::DeliveryFailure;
use parlor_model::conversation::Medium;
use parlor_model::file::File;
use parlor_model::id::{ConversationId, WorkspaceId};
use parlor_model::inbox::Inbox;
use parlor_model::member::Member;
use parlor_model::outbox::DeliveryFailureReason;
use parlor_model::phone_number::PhoneNumber;
use parlor_model::redacted::Redacted;

use uuid::Uuid;

use crate::Engine;
use crate::file::load_files;
use crate::outbound::{DeliveryError, OutboundContent, OutboundMessage};
use crate::undeliverable_address;

/// What a delivery needs to know.
#[derive(Clone, Copy)]
pub(super) struct DeliveryRoute<'a> {
    /// The chat's number.
    pub(super) conversation: i64,
    /// The chat's public id.
    pub(super) conversation_id: ConversationId,
    pub(super) medium: Medium,
    /// The chat's subject.
    pub(super) subject: Option<&'a Member>,
    pub(super) phone_number: Option<&'a PhoneNumber>,
    pub(super) inbox: Option<&'a Inbox>,
    pub(super) title: Option<&'a str>,
    /// `Message-ID` of the last mail that was received in the chat.
    pub(super) answered_mail: Option<&'a str>,
}

/// Gives a prepared message to its carrier. An address that does not exist is marked.
pub(super) async fn deliver(
    engine: &Engine,
    ctx: &Ctx,
    message: OutboundMessage,
) -> Result<(), DeliveryFailure> {
    let (medium, to) = (message.medium(), message.to.clone());
    let sent = engine.carrier.deliver(message).await;
    let failure = match sent {
        Ok(()) => return Ok(()),
        Err(DeliveryError::Permanent(reason)) => to_failure(reason),
        Err(DeliveryError::Transient { .. } | DeliveryError::Unknown(_)) => {
            DeliveryFailure::Dispatch
        }
    };
    if failure == DeliveryFailure::AddressBounced {
        undeliverable_address::mark(engine, ctx.ws(), medium, &to).await;
    }
    Err(failure)
}

/// Addresses a text to the chat's subject, and reads its files. The first missing requirement is the failure, in this order:
/// sender, address, opt-in, whether the address exists, files.
pub(super) async fn prepare(
    engine: &Engine,
    ctx: &Ctx,
    route: DeliveryRoute<'_>,
    text: &Redacted<String>,
    files: Vec<File>,
) -> Result<OutboundMessage, DeliveryFailure> {
    let id = engine.random_uuid();
    let mut message = address(ctx.workspace.id, id, route, text)?;
    let (ws, medium, to) = (ctx.ws(), route.medium, message.to.clone());
    let marked = engine
        .store
        .read(move |tx| undeliverable_address::is_undeliverable(tx, ws, medium, &to))
        .await;
    let is_marked = marked.map_err(|error| {
        tracing::error!(?error, "it is not known whether an address exists");
        DeliveryFailure::Dispatch
    })?;
    if is_marked {
        return Err(DeliveryFailure::AddressBounced);
    }
    message.stored_files = files;
    let loaded = load_files(engine, &mut message).await.map_err(|error| {
        tracing::error!(?error, "a file of a message could not be read");
        DeliveryFailure::Dispatch
    })?;
    loaded.map_err(to_failure)?;
    Ok(message)
}

/// Returns what a carrier's reason is called where somebody waits for it.
const fn to_failure(reason: DeliveryFailureReason) -> DeliveryFailure {
    match reason {
        DeliveryFailureReason::AddressBounced => DeliveryFailure::AddressBounced,
        DeliveryFailureReason::FilesTooLarge => DeliveryFailure::FilesTooLarge,
        DeliveryFailureReason::FileTypeRefused => DeliveryFailure::FileTypeRefused,
        _ => DeliveryFailure::Dispatch,
    }
}

/// Addresses a text to the chat's subject. The first missing requirement is the failure, in this order: sender, address,
/// opt-in.
pub(super) fn address(
    workspace: WorkspaceId,
    id: Uuid,
    route: DeliveryRoute<'_>,
    text: &Redacted<String>,
) -> Result<OutboundMessage, DeliveryFailure> {
    let profile = route.subject.map(|subject| &subject.profile);
    let (from, to, is_opted_out, content) = match route.medium {
        Medium::Sms => {
            let sender = route.phone_number.ok_or(DeliveryFailure::NoPhoneNumber)?;
            let to = profile.and_then(|profile| profile.phone.as_ref());
            let is_opted_out = route.subject.is_some_and(|subject| subject.sms_opted_out);
            let to = to.ok_or(DeliveryFailure::NoRecipientPhone)?;
            (
                &sender.e164,
                to,
                is_opted_out,
                OutboundContent::Text(text.clone()),
            )
        }
        Medium::Email => {
            let sender = route.inbox.ok_or(DeliveryFailure::NoInbox)?;
            let to = profile.and_then(|profile| profile.email.as_ref());
            let is_opted_out = route.subject.is_some_and(|subject| subject.email_opted_out);
            let to = to.ok_or(DeliveryFailure::NoRecipientEmail)?;
            let email = OutboundContent::Email {
                subject: route.title.map(|title| Redacted(title.to_owned())),
                text: text.clone(),
                conversation: route.conversation_id,
                in_reply_to: route.answered_mail.map(|id| Redacted(id.to_owned())),
            };
            (&sender.address, to, is_opted_out, email)
        }
        // The web medium needs no delivery, and a call has no text.
        Medium::Web | Medium::Voice => return Err(DeliveryFailure::Dispatch),
    };
    if is_opted_out {
        return Err(DeliveryFailure::OptedOut);
    }
    Ok(OutboundMessage {
        id,
        workspace,
        conversation: route.conversation,
        from: Redacted(from.clone()),
        to: Redacted(to.clone()),
        content,
        files: Vec::new(),
        stored_files: Vec::new(),
        is_tracked: false,
    })
}
