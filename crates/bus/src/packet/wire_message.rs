//! Serialized form of messages. Types of its own, so that a change of the model cannot change what older nodes decode.
//! Fields and variants are only appended, with a new version.

use std::sync::Arc;

use parlor_model::Id;
use parlor_model::member::{MemberKind, MemberRef};
use parlor_model::realtime::{
    ChannelMessage, EphemeralContent, EphemeralEvent, LogUpdate, PresenceAnnouncement,
    PresenceState,
};
use parlor_model::redacted::Redacted;
use parlor_model::turn::{TurnChange, TurnDelta, TurnError, TurnEvent, TurnFinish};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::BusMessage;

#[derive(Serialize, Deserialize)]
pub(super) enum WireMessage {
    LogUpdate(i64, i64, i64),
    Typing(ConversationLocation, UuidBytes, WireMember, bool),
    Read(ConversationLocation, UuidBytes, WireMember, i64),
    Online(ConversationLocation, UuidBytes, WireMember),
    Offline(ConversationLocation, UuidBytes, i64),
    PresenceQuery(ConversationLocation, UuidBytes),
    RightsChanged(Option<i64>),
    /// The sender dropped messages.
    Lost,
    /// Part of a message's bytes: index, number of parts, bytes.
    Part(u16, u16, Vec<u8>),
    Channel(i64, String, UuidBytes, String),
    Turn(ConversationLocation, UuidBytes, WireTurnChange),
}

#[derive(Serialize, Deserialize)]
pub(super) enum WireTurnChange {
    /// Answered `seq`, assistant, id of the answered message.
    Started(i64, Option<WireMember>, Option<UuidBytes>),
    /// Index, offset, text.
    Delta(u32, u64, String),
    /// How it ended, error, `seq`.
    Ended(String, Option<String>, Option<i64>),
    CancelRequested,
    /// First and last `seq` of the round, next id, assistant, id of the answered message.
    RoundRecorded((i64, i64), UuidBytes, Option<WireMember>, Option<UuidBytes>),
}

/// Workspace number and conversation number.
type ConversationLocation = (i64, i64);
type UuidBytes = [u8; 16];

#[derive(Serialize, Deserialize)]
pub(super) struct WireMember {
    number: i64,
    id: UuidBytes,
    kind: String,
    handle: String,
    external_id: Option<String>,
    name: Option<String>,
}

impl WireMessage {
    pub(super) fn from_message(message: &BusMessage) -> Self {
        match message {
            BusMessage::LogUpdate(update) => {
                Self::LogUpdate(update.ws, update.conversation, update.seq)
            }
            BusMessage::Ephemeral(event) => {
                let location = (event.ws, event.conversation);
                let (origin, member) = (
                    event.origin.into_bytes(),
                    WireMember::from_member(&event.member),
                );
                match event.content {
                    EphemeralContent::Typing(on) => Self::Typing(location, origin, member, on),
                    EphemeralContent::Read(seq) => Self::Read(location, origin, member, seq),
                }
            }
            BusMessage::Presence(presence) => {
                let location = (presence.ws, presence.conversation);
                let node = presence.node.into_bytes();
                match &presence.state {
                    PresenceState::Online(member) => {
                        Self::Online(location, node, WireMember::from_member(member))
                    }
                    PresenceState::Offline(member) => Self::Offline(location, node, *member),
                    PresenceState::Query => Self::PresenceQuery(location, node),
                }
            }
            BusMessage::RightsChanged(ws) => Self::RightsChanged(*ws),
            BusMessage::MessagesLost => Self::Lost,
            BusMessage::Turn(event) => Self::Turn(
                (event.ws, event.conversation),
                event.message.uuid().into_bytes(),
                WireTurnChange::from_change(&event.change),
            ),
            BusMessage::Channel(message) => Self::Channel(
                message.ws,
                message.channel.to_string(),
                message.id.into_bytes(),
                message.message.to_string(),
            ),
        }
    }

    /// Converts to a [`BusMessage`]; `None` if the content is unknown to this version.
    pub(super) fn into_message(self) -> Option<BusMessage> {
        let event =
            |(ws, conversation): ConversationLocation, origin, member: WireMember, content| {
                Some(BusMessage::Ephemeral(EphemeralEvent {
                    ws,
                    conversation,
                    origin: Uuid::from_bytes(origin),
                    member: member.into_member()?,
                    content,
                }))
            };
        let presence = |(ws, conversation): ConversationLocation, node, state| {
            BusMessage::Presence(PresenceAnnouncement {
                ws,
                conversation,
                node: Uuid::from_bytes(node),
                state,
            })
        };
        Some(match self {
            Self::LogUpdate(ws, conversation, seq) => BusMessage::LogUpdate(LogUpdate {
                ws,
                conversation,
                seq,
            }),
            Self::Typing(location, origin, member, on) => {
                event(location, origin, member, EphemeralContent::Typing(on))?
            }
            Self::Read(location, origin, member, seq) => {
                event(location, origin, member, EphemeralContent::Read(seq))?
            }
            Self::Online(location, node, member) => {
                presence(location, node, PresenceState::Online(member.into_member()?))
            }
            Self::Offline(location, node, member) => {
                presence(location, node, PresenceState::Offline(member))
            }
            Self::PresenceQuery(location, node) => presence(location, node, PresenceState::Query),
            Self::RightsChanged(ws) => BusMessage::RightsChanged(ws),
            Self::Lost => BusMessage::MessagesLost,
            Self::Channel(ws, channel, id, message) => BusMessage::Channel(ChannelMessage {
                ws,
                channel: Redacted(Arc::from(channel)),
                id: Uuid::from_bytes(id),
                message: Redacted(Arc::from(message)),
            }),
            Self::Turn((ws, conversation), message, change) => BusMessage::Turn(TurnEvent {
                ws,
                conversation,
                message: Id::new(Uuid::from_bytes(message)),
                change: change.into_change()?,
            }),
            // Parts are never nested.
            Self::Part(..) => return None,
        })
    }
}

impl WireTurnChange {
    fn from_change(change: &TurnChange) -> Self {
        match change {
            TurnChange::Started {
                answered_seq,
                author,
                reply_to,
            } => Self::Started(
                *answered_seq,
                author.as_ref().map(WireMember::from_member),
                reply_to.map(|id| id.uuid().into_bytes()),
            ),
            TurnChange::Delta(delta) => {
                Self::Delta(delta.index, delta.offset as u64, delta.text.to_string())
            }
            TurnChange::Ended { finish, error, seq } => Self::Ended(
                finish.as_str().to_owned(),
                error.map(|error| error.as_str().to_owned()),
                *seq,
            ),
            TurnChange::CancelRequested => Self::CancelRequested,
            TurnChange::RoundRecorded {
                first_seq,
                last_seq,
                next,
                author,
                reply_to,
            } => Self::RoundRecorded(
                (*first_seq, *last_seq),
                next.uuid().into_bytes(),
                author.as_ref().map(WireMember::from_member),
                reply_to.map(|id| id.uuid().into_bytes()),
            ),
        }
    }

    fn into_change(self) -> Option<TurnChange> {
        Some(match self {
            Self::Started(answered_seq, author, reply_to) => TurnChange::Started {
                answered_seq,
                author: into_author(author)?,
                reply_to: reply_to.map(|id| Id::new(Uuid::from_bytes(id))),
            },
            Self::Delta(index, offset, text) => TurnChange::Delta(TurnDelta {
                index,
                offset: usize::try_from(offset).ok()?,
                text: Redacted(Arc::from(text)),
            }),
            Self::Ended(finish, error, seq) => TurnChange::Ended {
                finish: TurnFinish::from_name(&finish)?,
                // An error of a later version is an unexpected one here.
                error: error
                    .map(|error| TurnError::from_name(&error).unwrap_or(TurnError::Internal)),
                seq,
            },
            Self::CancelRequested => TurnChange::CancelRequested,
            Self::RoundRecorded((first_seq, last_seq), next, author, reply_to) => {
                TurnChange::RoundRecorded {
                    first_seq,
                    last_seq,
                    next: Id::new(Uuid::from_bytes(next)),
                    author: into_author(author)?,
                    reply_to: reply_to.map(|id| Id::new(Uuid::from_bytes(id))),
                }
            }
        })
    }
}

/// Converts an author, if there is one; the outer `None` stands for one that is unknown to this version.
fn into_author(author: Option<WireMember>) -> Option<Option<MemberRef>> {
    match author {
        Some(author) => author.into_member().map(Some),
        None => Some(None),
    }
}

impl WireMember {
    fn from_member(member: &MemberRef) -> Self {
        Self {
            number: member.number,
            id: member.id.uuid().into_bytes(),
            kind: member.kind.as_str().to_owned(),
            handle: member.handle.clone(),
            external_id: member.external_id.clone(),
            name: member.name.clone(),
        }
    }

    fn into_member(self) -> Option<MemberRef> {
        Some(MemberRef {
            number: self.number,
            id: Id::new(Uuid::from_bytes(self.id)),
            kind: MemberKind::from_name(&self.kind)?,
            handle: self.handle,
            external_id: self.external_id,
            name: self.name,
        })
    }
}
