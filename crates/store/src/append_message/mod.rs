//! The append operation, which backends batch.
//!
//! Keeps INV-10, INV-11, INV-13, INV-19, INV-27 (`docs/invariants.md`).

use parlor_model::conversation::ConversationState;
use parlor_model::error::{ConflictReason, EntityKind};
use parlor_model::id::MessageId;
use parlor_model::message::MessageRole;
use parlor_model::{Error, Id, Result, Timestamp, id};

use crate::repo::{conversation, draft, turn};
use crate::{Row, SqlValue, Tx};

mod condition;
mod effect;

pub use condition::AppendCondition;
pub(crate) use condition::MemberStatus;
pub(crate) use effect::AppendPosition;
pub use effect::{Announcement, AppendEffect};

/// Message to append. The engine decides the permission beforehand and has it re-checked by [`AppendCondition`]s at the
/// commit; the backend assigns `seq`, id and time. An unknown or closed conversation and a deleted author are always
/// refused.
#[derive(Debug, Clone)]
pub struct AppendMessage {
    /// Workspace number.
    pub ws: i64,
    /// Conversation's number.
    pub conversation: i64,
    /// Author's member number.
    pub author: Option<i64>,
    /// Role of the author.
    pub role: MessageRole,
    /// Dialect-specific subtype of the role.
    pub subtype: Option<String>,
    /// Message text.
    pub text: parlor_model::redacted::Redacted<String>,
    /// Structured parts beyond the text, as compact JSON.
    pub details: Option<String>,
    /// Metadata as compact JSON.
    pub metadata: String,
    /// Numbers of the mentioned members; those that do not participate are ignored.
    pub mentions: Vec<i64>,
    /// Client-chosen message id. An id used in the same conversation is a duplicate, one used elsewhere is refused.
    pub id: Option<MessageId>,
    /// Client-assigned id, unique per conversation and author.
    pub client_id: Option<String>,
    /// A person has to respond, since no assistant will; only for a user's message.
    pub needs_person: bool,
    /// Conditions, checked in this order.
    pub conditions: Vec<AppendCondition>,
    /// Effects.
    pub effects: Vec<AppendEffect>,
}

impl AppendMessage {
    /// Creates an append of a plain text message.
    pub fn from_text(
        ws: i64,
        conversation: i64,
        author: Option<i64>,
        role: MessageRole,
        text: impl Into<String>,
    ) -> Self {
        Self {
            ws,
            conversation,
            author,
            role,
            subtype: None,
            text: parlor_model::redacted::Redacted(text.into()),
            details: None,
            metadata: "{}".to_owned(),
            mentions: Vec::new(),
            id: None,
            client_id: None,
            needs_person: false,
            conditions: Vec::new(),
            effects: Vec::new(),
        }
    }

    /// Refuses values that the database cannot store. Checked before queueing, because a failing statement would abort
    /// the whole batch.
    pub(crate) fn validate(&self) -> Result<()> {
        SqlValue::Text(self.text.as_str()).validate()?;
        SqlValue::Text(&self.metadata).validate()?;
        SqlValue::from(self.details.as_deref()).validate()?;
        SqlValue::from(self.subtype.as_deref()).validate()?;
        SqlValue::from(self.client_id.as_deref()).validate()?;
        self.effects.iter().try_for_each(AppendEffect::validate)
    }

    /// Returns who speaks, if the message is conversational.
    pub(crate) fn last_speaker(&self) -> Option<LastSpeaker> {
        match self.role {
            MessageRole::User if self.needs_person => Some(LastSpeaker::UserWithoutAssistant),
            MessageRole::User => Some(LastSpeaker::User),
            MessageRole::Assistant => Some(LastSpeaker::Assistant),
            MessageRole::System | MessageRole::Tool | MessageRole::Context => None,
        }
    }

    /// Returns the members whose state is needed: the author and those of the conditions.
    pub(crate) fn referenced_members(&self) -> impl Iterator<Item = i64> {
        let condition_members = self.conditions.iter().filter_map(AppendCondition::member);
        self.author.into_iter().chain(condition_members)
    }

    /// Checks the author's existence and the conditions on state and members.
    pub(crate) fn check_conditions(
        &self,
        state: ConversationState,
        mut member_status: impl FnMut(i64) -> Result<Option<MemberStatus>>,
    ) -> Result<()> {
        if state == ConversationState::Closed {
            return Err(Error::conflict(ConflictReason::Closed));
        }
        if let Some(author) = self.author
            && member_status(author)?.is_none()
        {
            return Err(Error::not_found(EntityKind::Member));
        }
        for condition in &self.conditions {
            match condition.member() {
                Some(member) => condition.check_member(member_status(member)?)?,
                None => condition.check_state(state)?,
            }
        }
        Ok(())
    }

    /// Checks the conditions that need queries: existing drafts, held turns and the announcement. The inner result is the check's;
    /// the outer one is an error if a statement failed.
    pub(crate) fn check_stored_conditions(
        &self,
        tx: &mut dyn Tx,
        conversation: i64,
    ) -> Result<Result<()>> {
        for condition in &self.conditions {
            let refusal = match condition {
                AppendCondition::DraftExists(id) => {
                    let holds = draft::exists_in_conversation(tx, self.ws, conversation, *id)?;
                    (!holds).then(|| Error::not_found(EntityKind::Message))
                }
                AppendCondition::TurnHeld(job) => {
                    let holds = turn::is_held(tx, job)?;
                    (!holds).then(|| Error::conflict(ConflictReason::InUse))
                }
                AppendCondition::AnnouncementUnchanged(text) => {
                    let found = conversation::find_announcement(tx, self.ws, conversation)?;
                    let holds = found.as_ref() == Some(&text.0);
                    (!holds).then(|| Error::conflict(ConflictReason::InUse))
                }
                _ => None,
            };
            if let Some(refusal) = refusal {
                return Ok(Err(refusal));
            }
        }
        Ok(Ok(()))
    }
}

/// Message that decides whether a person has to respond.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum LastSpeaker {
    /// A person, whom an assistant answers unless it is switched off or paused.
    User,
    /// A person, whom no assistant answers.
    UserWithoutAssistant,
    /// An assistant, or a person in its name.
    Assistant,
}

impl LastSpeaker {
    /// Returns the value for `MOVE_HEAD` and PostgreSQL's `INSERT_MESSAGES`.
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::User => "user",
            Self::UserWithoutAssistant => "unanswered",
            Self::Assistant => "assistant",
        }
    }
}

/// Result of an append.
#[derive(Debug, Clone, Copy)]
pub struct AppendResult {
    /// Message number.
    pub number: i64,
    /// Message id.
    pub id: Id<id::kind::Message>,
    /// `seq` in the conversation's log.
    pub seq: i64,
    /// Time.
    pub at: Timestamp,
    /// The message had been appended before under the same id or client id; no message was stored.
    pub duplicate: bool,
}

impl AppendResult {
    /// Reads a previously appended message: number, id, `seq` and time, from `first` on.
    pub(crate) fn from_duplicate_row(row: &dyn Row, first: usize) -> Result<Self> {
        Ok(Self {
            number: row.int(first)?,
            id: row.id(first + 1)?,
            seq: row.int(first + 2)?,
            at: row.time(first + 3)?,
            duplicate: true,
        })
    }
}
