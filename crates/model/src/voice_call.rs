//! Calls of chats over voice.

use crate::id::VoiceCallId;
use crate::string_enum::string_enum;

string_enum! {
    /// Who has called whom.
    VoiceCallDirection {
        /// The workspace has called the chat's subject.
        Outbound = "outbound",
        /// The chat's subject has called a number of the workspace.
        Inbound = "inbound",
    }
}

string_enum! {
    /// How far a call is.
    VoiceCallStatus {
        /// It is to be placed, or the carrier is about to.
        Queued = "queued",
        /// It rings.
        Ringing = "ringing",
        /// Both sides talk.
        InProgress = "in-progress",
        /// It was answered and is over.
        Completed = "completed",
        /// The other side was busy.
        Busy = "busy",
        /// The other side did not answer.
        NoAnswer = "no-answer",
        /// It could not be made.
        Failed = "failed",
        /// It was given up before it was answered.
        Canceled = "canceled",
    }
}

impl VoiceCallStatus {
    /// Returns how far along this is. A call moves to a higher rank only, and the last one is that of every end.
    pub const fn rank(self) -> i64 {
        match self {
            Self::Queued => 0,
            Self::Ringing => 1,
            Self::InProgress => 2,
            Self::Completed | Self::Busy | Self::NoAnswer | Self::Failed | Self::Canceled => 3,
        }
    }

    /// Returns whether nothing follows.
    pub const fn is_final(self) -> bool {
        self.rank() == 3
    }
}

/// A call of a chat.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VoiceCall {
    /// Row number, unique in the workspace.
    pub number: i64,
    /// Public id.
    pub id: VoiceCallId,
    /// Number of its chat.
    pub conversation: i64,
    /// Who has called whom.
    pub direction: VoiceCallDirection,
    /// How far it is.
    pub status: VoiceCallStatus,
    /// Id that the carrier has given it, once known.
    pub carrier_id: Option<String>,
}

impl VoiceCall {
    /// Returns whether the carrier has not accepted it, as far as is known: none is configured, it refused, or its answer
    /// was lost.
    pub fn is_dispatch_failed(&self) -> bool {
        self.status == VoiceCallStatus::Failed && self.carrier_id.is_none()
    }

    /// Returns whether it was not placed because of the workspace's quiet hours.
    pub fn is_held_back(&self) -> bool {
        self.status == VoiceCallStatus::Canceled && self.carrier_id.is_none()
    }

    /// Returns whether it is over. A call that failed without the carrier's word is not: should the carrier have
    /// accepted it after all, its requests tell.
    pub fn is_over(&self) -> bool {
        self.status.is_final() && (self.carrier_id.is_some() || self.is_held_back())
    }
}
