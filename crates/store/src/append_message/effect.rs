//! What happens together with an append.

use parlor_model::id::MessageId;
use parlor_model::log::LogEntryKind;
use parlor_model::redacted::Redacted;
use parlor_model::{Result, Timestamp};
use serde_json::json;

use super::AppendMessage;
use crate::repo::{conversation, draft, log, participant, statistics};
use crate::{SqlValue, Tx};

/// A change that is committed with the message or not at all. One of a repeated message is passed over, but for
/// [`AppendEffect::DeleteDraft`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AppendEffect {
    /// Gives a conversation whose title is automatic still this one, which takes the position behind the message.
    SetTitle(String),
    /// Remembers names of tools.
    RecordTools(Vec<String>),
    /// Removes the draft of this id from the conversation.
    DeleteDraft(MessageId),
    /// Moves the read mark of a member, by number, to the message.
    MarkRead(i64),
    /// Sets the conversation's announcement, which takes the position behind the message and its title.
    SetAnnouncement(Announcement),
}

/// A conversation's announcement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Announcement {
    /// The text; empty for none.
    pub text: Redacted<String>,
    /// It stays on top.
    pub pinned: bool,
}

/// Where an append happened.
#[derive(Debug, Clone, Copy)]
pub(crate) struct AppendPosition {
    pub(crate) conversation: i64,
    /// The message's position.
    pub(crate) seq: i64,
    /// The position that was taken for a title.
    pub(crate) title_seq: Option<i64>,
    /// The position that was taken for an announcement.
    pub(crate) announcement_seq: Option<i64>,
    pub(crate) at: Timestamp,
}

impl AppendEffect {
    pub(crate) fn validate(&self) -> Result<()> {
        match self {
            Self::SetTitle(title) => SqlValue::Text(title).validate(),
            Self::RecordTools(names) => names
                .iter()
                .try_for_each(|name| SqlValue::from(name).validate()),
            Self::SetAnnouncement(announcement) => {
                SqlValue::Text(announcement.text.as_str()).validate()
            }
            Self::DeleteDraft(_) | Self::MarkRead(_) => Ok(()),
        }
    }
}

impl AppendMessage {
    /// Whether it wants a title for a conversation that has an automatic one.
    pub(crate) fn sets_title(&self) -> bool {
        let title = |companion: &AppendEffect| matches!(companion, AppendEffect::SetTitle(_));
        self.effects.iter().any(title)
    }

    /// Whether it sets an announcement.
    pub(crate) fn sets_announcement(&self) -> bool {
        let announces =
            |companion: &AppendEffect| matches!(companion, AppendEffect::SetAnnouncement(_));
        self.effects.iter().any(announces)
    }

    /// Does what goes along with a message that has just been written.
    pub(crate) fn apply_effects(&self, tx: &mut dyn Tx, place: AppendPosition) -> Result<()> {
        let (ws, number) = (self.ws, place.conversation);
        for companion in &self.effects {
            match companion {
                AppendEffect::SetTitle(title) => {
                    if let Some(seq) = place.title_seq {
                        let payload = json!({ "title": title }).to_string();
                        conversation::set_title(tx, ws, number, title)?;
                        let kind = LogEntryKind::Changed;
                        log::insert_entry_at(tx, ws, number, seq, kind, None, place.at, &payload)?;
                    }
                }
                AppendEffect::RecordTools(names) => {
                    for name in names {
                        statistics::record_tool(tx, ws, name)?;
                    }
                }
                AppendEffect::DeleteDraft(id) => draft::delete(tx, ws, number, *id)?,
                AppendEffect::MarkRead(member) => {
                    participant::advance_read(tx, ws, number, *member, place.seq)?;
                }
                AppendEffect::SetAnnouncement(announcement) => {
                    if let Some(seq) = place.announcement_seq {
                        let payload = json!({ "announcement": true }).to_string();
                        conversation::set_announcement(tx, ws, number, announcement)?;
                        let (kind, author) = (LogEntryKind::Changed, self.author);
                        log::insert_entry_at(
                            tx, ws, number, seq, kind, author, place.at, &payload,
                        )?;
                    }
                }
            }
        }
        Ok(())
    }

    /// Does what goes along with a message that had been written before.
    pub(crate) fn apply_effects_of_duplicate(
        &self,
        tx: &mut dyn Tx,
        conversation: i64,
    ) -> Result<()> {
        for companion in &self.effects {
            if let AppendEffect::DeleteDraft(id) = companion {
                draft::delete(tx, self.ws, conversation, *id)?;
            }
        }
        Ok(())
    }
}
