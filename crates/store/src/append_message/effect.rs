//! Changes that are committed together with an append.

use parlor_model::id::{FileId, MessageId};
use parlor_model::log::LogEntryKind;
use parlor_model::outbox::EventKind;
use parlor_model::redacted::Redacted;
use parlor_model::{Result, Timestamp};
use serde_json::json;

use super::AppendMessage;
use crate::repo::file::{self, NewMessageFile};
use crate::repo::outbox::{self, EventQueue};
use crate::repo::remote_file::{self, NewRemoteFile};
use crate::repo::turn::{self, TurnEnd};
use crate::repo::{conversation, draft, log, participant, statistics};
use crate::{SqlValue, Tx};

/// Change that is committed with the message or not at all. Effects of a duplicate are skipped, except
/// [`AppendEffect::DeleteDraft`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AppendEffect {
    /// Sets the title of a conversation whose title is still automatic; the change takes the `seq` after the message.
    SetTitle(String),
    /// Records names of called tools.
    RecordTools(Vec<String>),
    /// Deletes the draft with this id from the conversation.
    DeleteDraft(MessageId),
    /// Moves the read mark of a member, by number, to the message.
    MarkRead(i64),
    /// Requests a turn of the conversation's assistant, whether or not it answers by itself.
    RequestTurn,
    /// Requests a turn of another assistant, by member number.
    RequestTurnOf(i64),
    /// Requests a turn of the conversation's assistant if it is switched on and not paused at the commit. Otherwise the
    /// message is one that a person has to respond to.
    RequestTurnIfServed,
    /// Ends the turn under way without an answer, because a person answers.
    WithdrawTurn,
    /// Ends the turn whose answer the message is.
    EndTurn(TurnEnd),
    /// Queues the message, or what it leads to, for the receiver of an outbox queue.
    QueueEvent {
        /// The queue, and what it takes: a message, or that a person has to respond.
        queue: EventQueue,
        /// No assistant will answer the message.
        needs_person: bool,
    },
    /// Queues the message for the carrier of the conversation's medium.
    QueueForCarrier,
    /// Attaches files whose bytes are stored.
    AttachFiles(Vec<NewMessageFile>),
    /// Has files fetched from their carrier.
    FetchFiles(Vec<NewRemoteFile>),
    /// Attaches files of the conversation.
    GiveFiles(Vec<FileId>),
    /// Sets the conversation's announcement; the change takes the `seq` after the message and its title change.
    SetAnnouncement(Announcement),
}

/// Announcement of a conversation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Announcement {
    /// Text; empty for none.
    pub text: Redacted<String>,
    /// Pinned.
    pub pinned: bool,
}

/// Position of an appended message and of its effects.
#[derive(Debug, Clone, Copy)]
pub(crate) struct AppendPosition {
    pub(crate) conversation: i64,
    /// Id of the message.
    pub(crate) message: MessageId,
    /// `seq` of the message.
    pub(crate) seq: i64,
    /// `seq` of the title change.
    pub(crate) title_seq: Option<i64>,
    /// `seq` of the announcement change.
    pub(crate) announcement_seq: Option<i64>,
    pub(crate) at: Timestamp,
}

impl AppendEffect {
    /// Returns whether it requests a turn.
    pub const fn requests_turn(&self) -> bool {
        matches!(
            self,
            Self::RequestTurn | Self::RequestTurnIfServed | Self::RequestTurnOf(_)
        )
    }

    /// Returns whether it queues the message itself in the outbox.
    pub(crate) fn queues_message(&self) -> bool {
        match self {
            Self::QueueForCarrier => true,
            Self::QueueEvent { queue, .. } => queue.event == EventKind::MessageCreated,
            _ => false,
        }
    }

    pub(crate) fn validate(&self) -> Result<()> {
        match self {
            Self::SetTitle(title) => SqlValue::Text(title).validate(),
            Self::RecordTools(names) => names
                .iter()
                .try_for_each(|name| SqlValue::from(name).validate()),
            Self::AttachFiles(files) => files.iter().try_for_each(|file| {
                SqlValue::Text(file.name.as_str()).validate()?;
                SqlValue::from(file.media_type.as_deref()).validate()
            }),
            Self::FetchFiles(files) => files.iter().try_for_each(|file| {
                SqlValue::Text(file.url.as_str()).validate()?;
                SqlValue::from(file.media_type.as_deref()).validate()
            }),
            Self::SetAnnouncement(announcement) => {
                SqlValue::Text(announcement.text.as_str()).validate()
            }
            Self::DeleteDraft(_)
            | Self::MarkRead(_)
            | Self::RequestTurn
            | Self::RequestTurnOf(_)
            | Self::RequestTurnIfServed
            | Self::WithdrawTurn
            | Self::EndTurn(_)
            | Self::QueueForCarrier
            | Self::GiveFiles(_)
            | Self::QueueEvent { .. } => Ok(()),
        }
    }
}

impl AppendMessage {
    /// Returns whether it has a title for a conversation with an automatic one.
    pub(crate) fn sets_title(&self) -> bool {
        let title = |effect: &AppendEffect| matches!(effect, AppendEffect::SetTitle(_));
        self.effects.iter().any(title)
    }

    /// Returns whether it sets an announcement.
    pub(crate) fn sets_announcement(&self) -> bool {
        let sets = |effect: &AppendEffect| matches!(effect, AppendEffect::SetAnnouncement(_));
        self.effects.iter().any(sets)
    }

    /// Applies those effects of a message that was just inserted which `is_applied` accepts: a backend may apply others at
    /// once for many messages.
    pub(crate) fn apply_effects(
        &self,
        tx: &mut dyn Tx,
        position: AppendPosition,
        is_applied: impl Fn(&AppendEffect) -> bool,
    ) -> Result<()> {
        let (ws, number) = (self.ws, position.conversation);
        for effect in self.effects.iter().filter(|effect| is_applied(effect)) {
            match effect {
                AppendEffect::SetTitle(title) => {
                    if let Some(seq) = position.title_seq {
                        let payload = json!({ "title": title }).to_string();
                        conversation::set_title(tx, ws, number, title)?;
                        let kind = LogEntryKind::Changed;
                        log::insert_entry_at(
                            tx,
                            ws,
                            number,
                            seq,
                            kind,
                            None,
                            position.at,
                            &payload,
                        )?;
                    }
                }
                AppendEffect::RecordTools(names) => {
                    for name in names {
                        statistics::record_tool(tx, ws, name)?;
                    }
                }
                AppendEffect::DeleteDraft(id) => draft::delete(tx, ws, number, *id)?,
                AppendEffect::MarkRead(member) => {
                    participant::advance_read(tx, ws, number, *member, position.seq)?;
                }
                AppendEffect::RequestTurn => {
                    turn::request(tx, ws, number)?;
                }
                AppendEffect::RequestTurnOf(assistant) => {
                    turn::request_of(tx, ws, number, *assistant)?;
                }
                AppendEffect::RequestTurnIfServed => turn::request_if_served(tx, ws, number)?,
                AppendEffect::WithdrawTurn => {
                    turn::withdraw(tx, ws, number)?;
                }
                AppendEffect::EndTurn(end) => {
                    // `AppendCondition::TurnHeld` holds.
                    turn::end(tx, ws, number, end)?;
                }
                AppendEffect::QueueEvent {
                    queue,
                    needs_person,
                } => self.queue_event(tx, position, *queue, *needs_person)?,
                AppendEffect::QueueForCarrier => {
                    let message = (position.message, position.seq);
                    outbox::insert_for_carrier(tx, ws, number, message)?;
                }
                AppendEffect::AttachFiles(files) => {
                    for new in files {
                        file::attach_to_message(tx, (ws, number), position.message, new)?;
                    }
                }
                AppendEffect::FetchFiles(files) => {
                    for new in files {
                        remote_file::insert(tx, (ws, number), position.message, new)?;
                    }
                }
                AppendEffect::GiveFiles(ids) => {
                    for id in ids {
                        file::give_to_message(tx, (ws, number), position.message, *id)?;
                    }
                }
                AppendEffect::SetAnnouncement(announcement) => {
                    if let Some(seq) = position.announcement_seq {
                        let payload = json!({ "announcement": true }).to_string();
                        let text = announcement.text.as_str();
                        conversation::set_announcement(tx, ws, number, text, announcement.pinned)?;
                        let (kind, author) = (LogEntryKind::Changed, self.author);
                        log::insert_entry_at(
                            tx,
                            ws,
                            number,
                            seq,
                            kind,
                            author,
                            position.at,
                            &payload,
                        )?;
                    }
                }
            }
        }
        Ok(())
    }

    fn queue_event(
        &self,
        tx: &mut dyn Tx,
        position: AppendPosition,
        queue: EventQueue,
        needs_person: bool,
    ) -> Result<()> {
        let (ws, number) = (self.ws, position.conversation);
        let message = Some((position.message, position.seq));
        match queue.event {
            EventKind::NeedsResponse => {
                let location = (number, message);
                outbox::insert_needs_response(tx, ws, queue.number, location, needs_person)
            }
            EventKind::MessageCreated
            | EventKind::ConversationCreated
            | EventKind::ConversationArchived => {
                outbox::insert_event(tx, ws, queue, number, message)
            }
        }
    }

    /// Applies the effects of a duplicate of a stored message.
    pub(crate) fn apply_effects_of_duplicate(
        &self,
        tx: &mut dyn Tx,
        conversation: i64,
    ) -> Result<()> {
        for effect in &self.effects {
            if let AppendEffect::DeleteDraft(id) = effect {
                draft::delete(tx, self.ws, conversation, *id)?;
            }
        }
        Ok(())
    }
}
