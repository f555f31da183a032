//! Words on their way out, over whatever a chat runs over.

use parlor_model::Ctx;
use parlor_model::chat::DeliveryFailure;
use parlor_model::conversation::Medium;
use parlor_model::inbox::Inbox;
use parlor_model::member::Member;
use parlor_model::phone_number::PhoneNumber;
use parlor_model::redacted::Redacted;

use crate::Engine;
use crate::outbound::{OutboundContent, OutboundMessage};

/// What words need to leave a chat.
pub(super) struct DeliveryRoute<'a> {
    /// The chat's number.
    pub(super) conversation: i64,
    pub(super) medium: Medium,
    /// Whom the chat is for.
    pub(super) subject: Option<&'a Member>,
    pub(super) phone_number: Option<&'a PhoneNumber>,
    pub(super) inbox: Option<&'a Inbox>,
    pub(super) title: Option<&'a str>,
}

/// The line it needs comes first, then an address, then the recipient's will, then the carrier: the first that is
/// missing is told.
pub(super) async fn deliver(
    engine: &Engine,
    ctx: &Ctx,
    way: DeliveryRoute<'_>,
    words: &Redacted<String>,
) -> Result<(), DeliveryFailure> {
    let profile = way.subject.map(|subject| &subject.profile);
    let (from, to, refuses, what) = match way.medium {
        Medium::Sms => {
            let line = way.phone_number.ok_or(DeliveryFailure::NoPhoneNumber)?;
            let to = profile.and_then(|profile| profile.phone.as_ref());
            let refuses = way.subject.is_some_and(|subject| subject.sms_opted_out);
            let to = to.ok_or(DeliveryFailure::NoRecipientPhone)?;
            (
                &line.e164,
                to,
                refuses,
                OutboundContent::Text(words.clone()),
            )
        }
        Medium::Email => {
            let line = way.inbox.ok_or(DeliveryFailure::NoInbox)?;
            let to = profile.and_then(|profile| profile.email.as_ref());
            let refuses = way.subject.is_some_and(|subject| subject.email_opted_out);
            let to = to.ok_or(DeliveryFailure::NoRecipientEmail)?;
            let email = OutboundContent::Email {
                subject: way.title.map(|title| Redacted(title.to_owned())),
                text: words.clone(),
            };
            (&line.address, to, refuses, email)
        }
        // Nothing leaves over the server's own medium, and a call has no written words.
        Medium::Web | Medium::Voice => return Err(DeliveryFailure::Dispatch),
    };
    if refuses {
        return Err(DeliveryFailure::OptedOut);
    }
    let dispatch = OutboundMessage {
        workspace: ctx.workspace.id,
        conversation: way.conversation,
        from: Redacted(from.clone()),
        to: Redacted(to.clone()),
        content: what,
    };
    let sent = engine.carrier.deliver(dispatch).await;
    sent.map_err(|_| DeliveryFailure::Dispatch)
}
