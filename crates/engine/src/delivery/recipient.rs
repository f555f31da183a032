//! Who gets a delivery.

use parlor_model::event_rule::EventRule;
use parlor_model::outbox::DeliveryFailureReason;
use parlor_model::redacted::Redacted;

use crate::consent::Hold;
use crate::outbound::OutboundMessage;

/// What follows from a look at a delivery.
pub(super) enum Prepared {
    /// Send this payload.
    Send(Redacted<Vec<u8>>, Recipient),
    /// It is not sent, for this reason.
    Cancel(DeliveryFailureReason),
    /// It waits.
    Hold(Hold),
}

/// Who gets a delivery.
pub(super) enum Recipient {
    /// The receiver of an event rule, with the rule's sealed secrets.
    Rule(Box<EventRule>, Option<Vec<u8>>),
    /// The subject of a conversation, as addressed in this message.
    Subject(Box<OutboundMessage>),
}
