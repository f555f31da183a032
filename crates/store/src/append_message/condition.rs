//! Conditions that must hold when an append commits.

use parlor_model::conversation::ConversationState;
use parlor_model::error::{ConflictReason, EntityKind, ForbiddenReason};
use parlor_model::id::MessageId;
use parlor_model::participant::ParticipantState;
use parlor_model::redacted::Redacted;
use parlor_model::{Error, Result};

use crate::Row;
use crate::repo::job::ClaimedJob;

/// Condition of an append; if it does not hold, nothing is stored and its error is returned.
///
/// Conditions are checked under the lock of the conversation's head, which changes of participants and of the state
/// take as well: a message is ordered before the log entry that would refuse it, or is refused. Members are given by
/// number.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AppendCondition {
    /// The member participates. Refused as `NotParticipant`, `Left` or `Removed`.
    IsParticipant(i64),
    /// The member has neither left nor been removed; it need not participate. Refused as `Left` or `Removed`.
    NotDeparted(i64),
    /// The member is not archived. Refused as an unknown member.
    MemberActive(i64),
    /// The conversation is not archived. Refused as `Closed`, as a closed conversation always is.
    NotArchived,
    /// The draft with this id exists in the conversation. Refused as an unknown message.
    DraftExists(MessageId),
    /// The member participates and owns the conversation. Refused as `NotAdmin`.
    IsOwner(i64),
    /// The job of the assistant's turn is held under this fence. Refused as `InUse`.
    TurnHeld(ClaimedJob),
    /// The announcement has not changed since it was read as this text. Refused as `InUse`, as is the second of two
    /// appends of one batch that set an announcement.
    AnnouncementUnchanged(Redacted<String>),
}

/// State of a member that conditions depend on.
#[derive(Debug, Clone, Copy)]
pub(crate) struct MemberStatus {
    pub(crate) active: bool,
    /// Participation in the conversation, if it ever existed.
    pub(crate) participation: Option<ParticipantState>,
    /// The participation has, or had, the owner role.
    pub(crate) is_owner: bool,
}

impl MemberStatus {
    /// Reads three columns from `first` on: not archived, state of the participation, is owner.
    pub(crate) fn from_row(row: &dyn Row, first: usize) -> Result<Self> {
        Ok(Self {
            active: row.bool(first)?,
            participation: row.opt_enum_value(first + 1, ParticipantState::from_name)?,
            is_owner: row.bool(first + 2)?,
        })
    }
}

impl AppendCondition {
    /// Returns the member that the condition refers to.
    pub(crate) fn member(&self) -> Option<i64> {
        match self {
            Self::IsParticipant(member)
            | Self::NotDeparted(member)
            | Self::MemberActive(member)
            | Self::IsOwner(member) => Some(*member),
            Self::NotArchived
            | Self::DraftExists(_)
            | Self::TurnHeld(_)
            | Self::AnnouncementUnchanged(_) => None,
        }
    }

    /// Checks a condition on a member; `None` if the member does not exist.
    pub(crate) fn check_member(&self, status: Option<MemberStatus>) -> Result<()> {
        let Some(status) = status else {
            return Err(Error::not_found(EntityKind::Member));
        };
        let reason = match (self, status.participation) {
            (Self::IsOwner(_), participation)
                if participation != Some(ParticipantState::Joined) || !status.is_owner =>
            {
                ForbiddenReason::NotAdmin
            }
            (Self::IsParticipant(_), None) => ForbiddenReason::NotParticipant,
            (Self::IsParticipant(_) | Self::NotDeparted(_), Some(ParticipantState::Left)) => {
                ForbiddenReason::Left
            }
            (Self::IsParticipant(_) | Self::NotDeparted(_), Some(ParticipantState::Removed)) => {
                ForbiddenReason::Removed
            }
            (Self::MemberActive(_), _) if !status.active => {
                return Err(Error::not_found(EntityKind::Member));
            }
            _ => return Ok(()),
        };
        Err(Error::forbidden(reason))
    }

    /// Checks a condition on the conversation's state.
    pub(crate) fn check_state(&self, state: ConversationState) -> Result<()> {
        match (self, state) {
            (_, ConversationState::Closed) | (Self::NotArchived, ConversationState::Archived) => {
                Err(Error::conflict(ConflictReason::Closed))
            }
            _ => Ok(()),
        }
    }
}
