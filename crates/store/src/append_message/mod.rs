//! Appending a message to a log, as a backend operation.

use parlor_model::conversation::{ConversationKey, ConversationState};
use parlor_model::error::{ConflictReason, EntityKind};
use parlor_model::id::MessageId;
use parlor_model::message::MessageRole;
use parlor_model::{Error, Id, Result, Timestamp, id};

use crate::repo::{conversation as conversations, draft};
use crate::{Row, SqlValue, Tx};

mod condition;
mod effect;

pub use condition::AppendCondition;
pub(crate) use condition::MemberStatus;
pub(crate) use effect::AppendPosition;
pub use effect::{Announcement, AppendEffect};

/// A message to append. Who may is decided before, and again by its conditions when it is stored; the backend decides
/// position, id and time. Always refused: an unknown conversation, a closed one, an author that no longer exists.
#[derive(Debug, Clone)]
pub struct AppendMessage {
    /// The workspace's number.
    pub ws: i64,
    /// Which conversation.
    pub conversation: ConversationKey,
    /// The author's member number.
    pub author: Option<i64>,
    /// Who speaks.
    pub role: MessageRole,
    /// A finer word.
    pub subtype: Option<String>,
    /// What is said.
    pub text: parlor_model::redacted::Redacted<String>,
    /// What it holds beyond its text, as compact JSON.
    pub details: Option<String>,
    /// Metadata as compact JSON.
    pub metadata: String,
    /// The members it mentions, by number; those who do not take part are passed over.
    pub mentions: Vec<i64>,
    /// The id the client chose for the message. Taken in the same conversation it is a repeat, elsewhere refused.
    pub id: Option<MessageId>,
    /// The client's own id, unique per conversation and author.
    pub client_id: Option<String>,
    /// What must hold when it is stored, judged in this order.
    pub conditions: Vec<AppendCondition>,
    /// What is committed with it.
    pub effects: Vec<AppendEffect>,
}

impl AppendMessage {
    /// A plain text.
    pub fn from_text(
        ws: i64,
        conversation: ConversationKey,
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
            conditions: Vec::new(),
            effects: Vec::new(),
        }
    }

    /// Checked before it is queued: one that the database cannot take would spoil those it is joined with.
    pub(crate) fn validate(&self) -> Result<()> {
        SqlValue::Text(self.text.as_str()).validate()?;
        SqlValue::Text(&self.metadata).validate()?;
        SqlValue::from(self.details.as_deref()).validate()?;
        SqlValue::from(self.subtype.as_deref()).validate()?;
        SqlValue::from(self.client_id.as_deref()).validate()?;
        self.effects.iter().try_for_each(AppendEffect::validate)
    }

    /// The members that its conditions, or its author's existence, ask about.
    pub(crate) fn referenced_members(&self) -> impl Iterator<Item = i64> {
        let asked = self.conditions.iter().filter_map(AppendCondition::member);
        self.author.into_iter().chain(asked)
    }

    /// Judges what needs no look at the database: the author's existence and the conditions about state and members.
    pub(crate) fn check_conditions(
        &self,
        state: ConversationState,
        mut standing: impl FnMut(i64) -> Result<Option<MemberStatus>>,
    ) -> Result<()> {
        if state == ConversationState::Closed {
            return Err(Error::conflict(ConflictReason::Closed));
        }
        if let Some(author) = self.author
            && standing(author)?.is_none()
        {
            return Err(Error::not_found(EntityKind::Member));
        }
        for condition in &self.conditions {
            match condition.member() {
                Some(member) => condition.check_member(standing(member)?)?,
                None => condition.check_state(state)?,
            }
        }
        Ok(())
    }

    /// Judges what the database has to be asked about: drafts that must stand, and the announcement. The inner result is
    /// the judgement; the outer one is an error where a statement failed.
    pub(crate) fn check_stored_conditions(
        &self,
        tx: &mut dyn Tx,
        conversation: i64,
    ) -> Result<Result<()>> {
        for condition in &self.conditions {
            let refused = match condition {
                AppendCondition::DraftExists(id) => {
                    let stands = draft::exists_in_conversation(tx, self.ws, conversation, *id)?;
                    (!stands).then(|| Error::not_found(EntityKind::Message))
                }
                AppendCondition::AnnouncementUnchanged(text) => {
                    let found = conversations::find_announcement(tx, self.ws, conversation)?;
                    let stands = found.as_ref() == Some(&text.0);
                    (!stands).then(|| Error::conflict(ConflictReason::InUse))
                }
                _ => None,
            };
            if let Some(refused) = refused {
                return Ok(Err(refused));
            }
        }
        Ok(Ok(()))
    }
}

/// Where the message went.
#[derive(Debug, Clone, Copy)]
pub struct AppendResult {
    /// The message's number.
    pub number: i64,
    /// The message's id.
    pub id: Id<id::kind::Message>,
    /// Its position in the log.
    pub seq: i64,
    /// When.
    pub at: Timestamp,
    /// It had been appended before under the same id or client id; nothing was stored.
    pub duplicate: bool,
}

impl AppendResult {
    /// Reads one that had been appended before: number, id, position and time, from `first` on.
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
