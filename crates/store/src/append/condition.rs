//! What must hold at the commit of an append.

use parlor_model::conversation::State;
use parlor_model::error::{Conflict, Denied, Noun};
use parlor_model::id::MessageId;
use parlor_model::participant::State as Part;
use parlor_model::private::Private;
use parlor_model::{Error, Result};

use crate::Row;

/// What must hold when a message is stored; where one does not, nothing is stored and its error is the answer. Checked
/// under the lock of the conversation's head, which whoever changes participants or closes takes as well: so a message
/// stands before the entry that would have refused it, or not at all. Members are meant by their numbers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Condition {
    /// The member takes part. Refused as `NotParticipant`, `Left` or `Removed`.
    TakesPart(i64),
    /// The member has not left and was not removed; it need not take part. Refused as `Left` or `Removed`.
    NotGone(i64),
    /// The member is not archived. Refused as an unknown member.
    MemberActive(i64),
    /// The conversation is not archived. Refused as `Closed`; a closed one always is.
    Unarchived,
    /// The draft of this id stands in this conversation. Refused as an unknown message.
    DraftStands(MessageId),
    /// The member takes part and owns the conversation. Refused as `NotAdmin`.
    Owns(i64),
    /// The announcement is this one: it was not changed since it was read. Refused as `InUse`; so is the second of two
    /// appends of one batch that set one.
    AnnouncementStands(Private<String>),
}

/// A member as far as conditions ask.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Standing {
    pub(crate) active: bool,
    /// Its part in the conversation, if it ever had one.
    pub(crate) part: Option<Part>,
    /// That part is, or was, the owner's.
    pub(crate) owns: bool,
}

impl Standing {
    /// Reads whether the member is not archived, its state as a participant and whether it is the owner, from `first` on.
    pub(crate) fn read(row: &dyn Row, first: usize) -> Result<Self> {
        Ok(Self {
            active: row.bool(first)?,
            part: row.opt_word(first + 1, Part::parse)?,
            owns: row.bool(first + 2)?,
        })
    }
}

impl Condition {
    /// The member it is about.
    pub(crate) fn member(&self) -> Option<i64> {
        match self {
            Self::TakesPart(member)
            | Self::NotGone(member)
            | Self::MemberActive(member)
            | Self::Owns(member) => Some(*member),
            Self::Unarchived | Self::DraftStands(_) | Self::AnnouncementStands(_) => None,
        }
    }

    /// Judges one that is about a member; none where there is no such member.
    pub(crate) fn judge_member(&self, standing: Option<Standing>) -> Result<()> {
        let Some(standing) = standing else {
            return Err(Error::not_found(Noun::Member));
        };
        let refused = match (self, standing.part) {
            (Self::Owns(_), part) if part != Some(Part::Joined) || !standing.owns => {
                Denied::NotAdmin
            }
            (Self::TakesPart(_), None) => Denied::NotParticipant,
            (Self::TakesPart(_) | Self::NotGone(_), Some(Part::Left)) => Denied::Left,
            (Self::TakesPart(_) | Self::NotGone(_), Some(Part::Removed)) => Denied::Removed,
            (Self::MemberActive(_), _) if !standing.active => {
                return Err(Error::not_found(Noun::Member));
            }
            _ => return Ok(()),
        };
        Err(Error::forbidden(refused))
    }

    /// Judges one that is about the conversation's state.
    pub(crate) fn judge_state(&self, state: State) -> Result<()> {
        match (self, state) {
            (_, State::Closed) | (Self::Unarchived, State::Archived) => {
                Err(Error::conflict(Conflict::Closed))
            }
            _ => Ok(()),
        }
    }
}
