//! Messages that leave the server over the carrier of their conversation.

use parlor_model::Result;
use parlor_model::conversation::Medium;
use parlor_model::id::MessageId;
use parlor_model::message::MessageRole;
use parlor_model::message_details::{DeliveryStatus, MessageDetails};
use parlor_store::Tx;
use parlor_store::append_message::AppendEffect;
use parlor_store::repo::outbox as repo;

/// Who takes part in a conversation from outside, and how.
#[derive(Debug, Clone, Copy)]
pub(crate) struct OutsideSubject {
    /// Medium.
    pub(crate) medium: Medium,
    /// There is somebody to send to.
    pub(crate) has_subject: bool,
}

impl OutsideSubject {
    /// Returns whether a message has to be sent to the subject: what is said as the assistant in a conversation over text
    /// messages or mail. What people say is between those who read the chat: a colleague whom the assistant consults must not
    /// write to a patient. Messages of a subtype are not said, but shown.
    pub(crate) fn receives(self, role: MessageRole, subtype: Option<&str>, text: &str) -> bool {
        matches!(self.medium, Medium::Sms | Medium::Email)
            && role == MessageRole::Assistant
            && self.has_subject
            && subtype.is_none()
            && !text.trim().is_empty()
    }
}

/// Marks a message as one that waits for the carrier, and returns the effect by which it is queued.
pub(crate) const fn carrier_effect(details: &mut MessageDetails) -> AppendEffect {
    details.delivery = Some(DeliveryStatus::Queued);
    AppendEffect::QueueForCarrier
}

/// Queues a message that was stored without an append, and is marked as waiting.
pub(crate) fn queue_for_carrier(
    tx: &mut dyn Tx,
    ws: i64,
    conversation: i64,
    message: (MessageId, i64),
) -> Result<()> {
    repo::insert_for_carrier(tx, ws, conversation, message)
}
