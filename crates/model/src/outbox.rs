//! The outbox: what the server has to send, in the commit of what it is about.

use crate::Timestamp;
use crate::id::{DeliveryId, IdOrNumber, MessageId, kind};
use crate::redacted::Redacted;
use crate::string_enum::string_enum;

/// Key by which a caller addresses a delivery.
pub type DeliveryKey = IdOrNumber<kind::Delivery>;

string_enum! {
    /// What has happened in a workspace.
    EventKind {
        /// A conversation was created.
        ConversationCreated = "conversation_created",
        /// A message was stored.
        MessageCreated = "message_created",
        /// A person has to respond in a conversation, which was not so before.
        NeedsResponse = "needs_response",
        /// A conversation was archived or closed.
        ConversationArchived = "conversation_archived",
    }
}

string_enum! {
    /// Where the deliveries of a queue go.
    QueueKind {
        /// To the URL of an event rule, whose number is the target.
        Webhook = "webhook",
        /// To the subject of a conversation, whose number is the target, over the carrier of its medium.
        Carrier = "carrier",
    }
}

string_enum! {
    /// State of a queue.
    QueueState {
        /// Its deliveries are sent.
        Active = "active",
        /// Its deliveries wait until somebody resumes it.
        Paused = "paused",
        /// Its target is gone or switched off; nothing is sent.
        Closed = "closed",
    }
}

string_enum! {
    /// Why a queue is paused.
    PauseReason {
        /// The receiver has answered nothing but failures for long.
        FailingForLong = "failing_for_long",
        /// The receiver has said that it is gone (410).
        Gone = "gone",
    }
}

string_enum! {
    /// State of a delivery.
    DeliveryState {
        /// Waits for its turn, or for another attempt.
        Queued = "queued",
        /// A worker sends it. If the worker is gone, another one sends it again, under the same id.
        Sending = "sending",
        /// The receiver has accepted it.
        Sent = "sent",
        /// The carrier says that it has arrived.
        Delivered = "delivered",
        /// The receiver has refused it, or all attempts have failed.
        Failed = "failed",
        /// It is not sent any more.
        Cancelled = "cancelled",
        /// The carrier may have accepted it: the connection was lost, or the server stopped. It is not sent again by itself,
        /// since a carrier does not tell repeats.
        Unknown = "unknown",
    }
}

string_enum! {
    /// Why the last attempt of a delivery failed, why there is none any more, or what the next one waits for.
    DeliveryFailureReason {
        /// The address is not one that may be called.
        AddressForbidden = "address_forbidden",
        /// The URL cannot be used, or is not https.
        InvalidUrl = "invalid_url",
        /// No connection.
        Unreachable = "unreachable",
        /// The connection was lost after the request.
        ConnectionLost = "connection_lost",
        /// The receiver took too long.
        TimedOut = "timed_out",
        /// The receiver answers with a redirect, which is not followed.
        Redirected = "redirected",
        /// The receiver refuses the request (4xx).
        Rejected = "rejected",
        /// The receiver asks for a pause (429), or has failed (5xx).
        ReceiverFailed = "receiver_failed",
        /// The target has no secret to sign with.
        NoSecret = "no_secret",
        /// The target was deleted or switched off.
        TargetClosed = "target_closed",
        /// What it is about does not exist any more.
        SubjectDeleted = "subject_deleted",
        /// The workspace has no number or inbox to send from.
        NoSender = "no_sender",
        /// The recipient has no number or mail address.
        NoRecipient = "no_recipient",
        /// The recipient has opted out.
        OptedOut = "opted_out",
        /// The recipient's address does not exist, as a mail server or a carrier has said of this message or an earlier one.
        AddressBounced = "address_bounced",
        /// The server has no carrier for the medium.
        NoCarrier = "no_carrier",
        /// The carrier takes no text as long as this.
        TooLong = "too_long",
        /// The carrier takes no files as many or as large as these.
        FilesTooLarge = "files_too_large",
        /// The carrier takes no files of such a type.
        FileTypeRefused = "file_type_refused",
        /// The carrier fetches files from this server, which has no public URL.
        NoPublicUrl = "no_public_url",
        /// The server stopped while it was sent.
        Interrupted = "interrupted",
        /// A mail server reports that it could not deliver it.
        Bounced = "bounced",
        /// It waits for the end of the workspace's quiet hours.
        QuietHours = "quiet_hours",
        /// It waits because the workspace sends no more in a minute.
        RateLimited = "rate_limited",
        /// It waits until somebody resumes its queue. Not stored: the queue says so.
        Paused = "paused",
        /// It waited longer than deliveries are kept.
        Expired = "expired",
    }
}

/// Queue of deliveries to one target, which are sent in order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OutboxQueue {
    /// Row number.
    pub number: i64,
    /// Where its deliveries go.
    pub kind: QueueKind,
    /// Number of the target, by kind.
    pub target: i64,
    /// The event that it takes, if it takes any now.
    pub event: Option<EventKind>,
    /// State.
    pub state: QueueState,
    /// Why it is paused, if it is.
    pub pause_reason: Option<PauseReason>,
    /// Since when it is paused.
    pub paused_at: Option<Timestamp>,
    /// Time of the first failure since the last success.
    pub failing_since: Option<Timestamp>,
}

/// Something to send. Its id is the same in all attempts, so that a receiver can tell repeats.
#[derive(Debug, Clone)]
pub struct Delivery {
    /// Row number.
    pub number: i64,
    /// Public id.
    pub id: DeliveryId,
    /// Number of its queue.
    pub queue: i64,
    /// What has happened.
    pub event: EventKind,
    /// Number of the conversation.
    pub conversation: i64,
    /// Position in the conversation's log.
    pub seq: i64,
    /// The message, if it is about one.
    pub message: Option<MessageId>,
    /// What is sent, rendered once, so that repeats are identical; `None` before the first attempt.
    pub payload: Option<Redacted<Vec<u8>>>,
    /// State.
    pub state: DeliveryState,
    /// Number of attempts.
    pub attempts: i64,
    /// Time of the next attempt.
    pub due_at: Timestamp,
    /// Why the last attempt failed, or what the next one waits for.
    pub reason: Option<DeliveryFailureReason>,
    /// HTTP status of the last response.
    pub status: Option<i64>,
    /// Beginning of the last response's body.
    pub response: Option<Redacted<String>>,
    /// Time of the event.
    pub created_at: Timestamp,
    /// Time of the end.
    pub finished_at: Option<Timestamp>,
}

impl Delivery {
    /// Returns when it is tried next; `None` if it is over, or waits until its queue is resumed.
    pub fn next_attempt_at(&self) -> Option<Timestamp> {
        let waits_for_time = self.reason != Some(DeliveryFailureReason::Paused);
        (self.finished_at.is_none() && waits_for_time).then_some(self.due_at)
    }
}

/// Which deliveries of a workspace a list shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DeliveryListFilter {
    /// What was not sent, or perhaps not.
    Unsent,
    /// What waits, or is being sent.
    Waiting,
    /// All of them.
    All,
}

/// Position in a list of deliveries, newest first: what follows is older.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DeliveryCursor {
    /// Row number of the last delivery.
    pub number: i64,
    /// Its id.
    pub id: DeliveryId,
}

impl DeliveryCursor {
    /// Start of a list.
    pub const START: Self = Self {
        number: i64::MAX,
        id: DeliveryId::MAX,
    };
}

/// How an attempt has ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AttemptResult {
    /// What follows.
    pub outcome: AttemptOutcome,
    /// HTTP status of the response, if there was one.
    pub status: Option<u16>,
    /// Beginning of the response's body.
    pub response: Option<Redacted<String>>,
}

/// What follows from an attempt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AttemptOutcome {
    /// It was accepted.
    Sent,
    /// Another attempt may succeed.
    Transient {
        /// Why it failed.
        reason: DeliveryFailureReason,
        /// Pause that the receiver asks for.
        retry_after: Option<std::time::Duration>,
    },
    /// No attempt will succeed.
    Permanent(DeliveryFailureReason),
    /// It may have been accepted, and the receiver would not tell a repeat.
    Unknown(DeliveryFailureReason),
    /// The receiver is gone: nothing more is sent to it until somebody resumes the queue.
    Gone,
}
