//! What must hold at the commit of an append.

use parlor_model::conversation::ConversationState;
use parlor_model::error::{ConflictReason, EntityKind, ForbiddenReason};
use parlor_model::id::MessageId;
use parlor_model::participant::ParticipantState as Part;
use parlor_model::redacted::Redacted;
use parlor_model::{Error, Result};

use crate::Row;

/// What must hold when a message is stored; where one does not, nothing is stored and its error is the answer. Checked
/// under the lock of the conversation's head, which whoever changes participants or closes takes as well: so a message
/// stands before the entry that would have refused it, or not at all. Members are meant by their numbers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AppendCondition {
    /// The member takes part. Refused as `NotParticipant`, `Left` or `Removed`.
    IsParticipant(i64),
    /// The member has not left and was not removed; it need not take part. Refused as `Left` or `Removed`.
    NotDeparted(i64),
    /// The member is not archived. Refused as an unknown member.
    MemberActive(i64),
    /// The conversation is not archived. Refused as `Closed`; a closed one always is.
    NotArchived,
    /// The draft of this id stands in this conversation. Refused as an unknown message.
    DraftExists(MessageId),
    /// The member takes part and owns the conversation. Refused as `NotAdmin`.
    IsOwner(i64),
    /// The announcement is this one: it was not changed since it was read. Refused as `InUse`; so is the second of two
    /// appends of one batch that set one.
    AnnouncementUnchanged(Redacted<String>),
}

/// A member as far as conditions ask.
#[derive(Debug, Clone, Copy)]
pub(crate) struct MemberStatus {
    pub(crate) active: bool,
    /// Its part in the conversation, if it ever had one.
    pub(crate) participation: Option<Part>,
    /// That part is, or was, the owner's.
    pub(crate) is_owner: bool,
}

impl MemberStatus {
    /// Reads whether the member is not archived, its state as a participant and whether it is the owner, from `first` on.
    pub(crate) fn from_row(row: &dyn Row, first: usize) -> Result<Self> {
        Ok(Self {
            active: row.bool(first)?,
            participation: row.opt_enum_value(first + 1, Part::from_name)?,
            is_owner: row.bool(first + 2)?,
        })
    }
}

impl AppendCondition {
    /// The member it is about.
    pub(crate) fn member(&self) -> Option<i64> {
        match self {
            Self::IsParticipant(member)
            | Self::NotDeparted(member)
            | Self::MemberActive(member)
            | Self::IsOwner(member) => Some(*member),
            Self::NotArchived | Self::DraftExists(_) | Self::AnnouncementUnchanged(_) => None,
        }
    }

    /// Judges one that is about a member; none where there is no such member.
    pub(crate) fn check_member(&self, standing: Option<MemberStatus>) -> Result<()> {
        let Some(standing) = standing else {
            return Err(Error::not_found(EntityKind::Member));
        };
        let refused = match (self, standing.participation) {
            (Self::IsOwner(_), part) if part != Some(Part::Joined) || !standing.is_owner => {
                ForbiddenReason::NotAdmin
            }
            (Self::IsParticipant(_), None) => ForbiddenReason::NotParticipant,
            (Self::IsParticipant(_) | Self::NotDeparted(_), Some(Part::Left)) => {
                ForbiddenReason::Left
            }
            (Self::IsParticipant(_) | Self::NotDeparted(_), Some(Part::Removed)) => {
                ForbiddenReason::Removed
            }
            (Self::MemberActive(_), _) if !standing.active => {
                return Err(Error::not_found(EntityKind::Member));
            }
            _ => return Ok(()),
        };
        Err(Error::forbidden(refused))
    }

    /// Judges one that is about the conversation's state.
    pub(crate) fn check_state(&self, state: ConversationState) -> Result<()> {
        match (self, state) {
            (_, ConversationState::Closed) | (Self::NotArchived, ConversationState::Archived) => {
                Err(Error::conflict(ConflictReason::Closed))
            }
            _ => Ok(()),
        }
    }
}
