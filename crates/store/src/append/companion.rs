//! What happens together with an append.

use parlor_model::id::MessageId;
use parlor_model::log::EntryKind;
use parlor_model::private::Private;
use parlor_model::{Result, Timestamp};
use serde_json::json;

use super::Append;
use crate::repo::{conversation, draft, log, participant, statistics};
use crate::{Tx, Value};

/// A change that is committed with the message or not at all. One of a repeated message is passed over, but for
/// [`Companion::EndDraft`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Companion {
    /// Gives a conversation whose title is automatic still this one, which takes the position behind the message.
    Title(String),
    /// Remembers names of tools.
    Tools(Vec<String>),
    /// Removes the draft of this id from the conversation.
    EndDraft(MessageId),
    /// Moves the read mark of a member, by number, to the message.
    MarkRead(i64),
    /// Sets the conversation's announcement, which takes the position behind the message and its title.
    Announce(Announcement),
}

/// A conversation's announcement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Announcement {
    /// The text; empty for none.
    pub text: Private<String>,
    /// It stays on top.
    pub pinned: bool,
}

/// Where an append happened.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Place {
    pub(crate) conversation: i64,
    /// The message's position.
    pub(crate) seq: i64,
    /// The position that was taken for a title.
    pub(crate) title_seq: Option<i64>,
    /// The position that was taken for an announcement.
    pub(crate) announcement_seq: Option<i64>,
    pub(crate) at: Timestamp,
}

impl Companion {
    pub(crate) fn check(&self) -> Result<()> {
        match self {
            Self::Title(title) => Value::Text(title).check(),
            Self::Tools(names) => names.iter().try_for_each(|name| Value::from(name).check()),
            Self::Announce(announcement) => Value::Text(announcement.text.as_str()).check(),
            Self::EndDraft(_) | Self::MarkRead(_) => Ok(()),
        }
    }
}

impl Append {
    /// Whether it wants a title for a conversation that has an automatic one.
    pub(crate) fn wants_title(&self) -> bool {
        let title = |companion: &Companion| matches!(companion, Companion::Title(_));
        self.companions.iter().any(title)
    }

    /// Whether it sets an announcement.
    pub(crate) fn announces(&self) -> bool {
        let announces = |companion: &Companion| matches!(companion, Companion::Announce(_));
        self.companions.iter().any(announces)
    }

    /// Does what goes along with a message that has just been written.
    pub(crate) fn accompany(&self, tx: &mut dyn Tx, place: Place) -> Result<()> {
        let (ws, number) = (self.ws, place.conversation);
        for companion in &self.companions {
            match companion {
                Companion::Title(title) => {
                    if let Some(seq) = place.title_seq {
                        let payload = json!({ "title": title }).to_string();
                        conversation::set_title(tx, ws, number, title)?;
                        let kind = EntryKind::Changed;
                        log::insert_at(tx, ws, number, seq, kind, None, place.at, &payload)?;
                    }
                }
                Companion::Tools(names) => {
                    for name in names {
                        statistics::note_tool(tx, ws, name)?;
                    }
                }
                Companion::EndDraft(id) => draft::end(tx, ws, number, *id)?,
                Companion::MarkRead(member) => {
                    participant::set_read(tx, ws, number, *member, place.seq)?;
                }
                Companion::Announce(announcement) => {
                    if let Some(seq) = place.announcement_seq {
                        let payload = json!({ "announcement": true }).to_string();
                        conversation::set_announcement(tx, ws, number, announcement)?;
                        let (kind, author) = (EntryKind::Changed, self.author);
                        log::insert_at(tx, ws, number, seq, kind, author, place.at, &payload)?;
                    }
                }
            }
        }
        Ok(())
    }

    /// Does what goes along with a message that had been written before.
    pub(crate) fn accompany_repeat(&self, tx: &mut dyn Tx, conversation: i64) -> Result<()> {
        for companion in &self.companions {
            if let Companion::EndDraft(id) = companion {
                draft::end(tx, self.ws, conversation, *id)?;
            }
        }
        Ok(())
    }
}
