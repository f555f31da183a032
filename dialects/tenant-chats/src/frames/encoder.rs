//! Encodes log items and events as frames.

use std::sync::Arc;

use parlor_engine::Engine;
use parlor_engine::log::LogPage;
use parlor_gateway::hub::{FrameEncoder, PresenceChange, StreamChange, StreamedItem};
use parlor_gateway::socket::Utf8Bytes;
use parlor_kit::ids::format_uuid;
use parlor_model::Timestamp;
use parlor_model::id::{ConversationId, MessageId};
use parlor_model::log::LogItem;
use parlor_model::member::MemberRef;
use parlor_model::message::{Message, MessageRole};
use parlor_model::realtime::{EphemeralContent, EphemeralEvent};
use serde::Serialize;

use super::client::{ClientFrame, FrameError};
use super::server::{
    AddressedFrame, ErrorFrame, FrameHead, PresenceFrame, ReadFrame, StreamEndedFrame,
    StreamStartedFrame, StreamTokenFrame, TypingFrame, sender_user_id, to_text,
};
use crate::ids;
use crate::log::entry_frame::LogEntryFrame;

/// Version of the socket protocol.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ProtocolVersion {
    /// The vendor's: only messages, and those of assistants as streams.
    One,
    /// This server's: the whole log and ephemeral events.
    Two,
    /// Version 2 on `/live`: each frame names its conversation.
    Many(ConversationId),
}

/// Encodes a log for one protocol version.
pub(crate) struct ChatFrameEncoder {
    version: ProtocolVersion,
    chat: ConversationId,
    /// Returns the time of ephemeral events, which have none.
    clock: Box<dyn Fn() -> Timestamp + Send + Sync>,
}

impl ChatFrameEncoder {
    pub(crate) fn new(engine: Arc<Engine>, chat: ConversationId, version: ProtocolVersion) -> Self {
        Self {
            version,
            chat,
            clock: Box::new(move || engine.now()),
        }
    }

    /// Returns the message if version 1 must send it as a stream: the vendor's protocol has no other form of an assistant's
    /// message. A message that was not streamed becomes a stream of one token.
    fn assistant_message<'i>(&self, item: &'i LogItem) -> Option<&'i Message> {
        match item {
            LogItem::Message(message)
                if self.version == ProtocolVersion::One
                    && message.role == MessageRole::Assistant =>
            {
                Some(message)
            }
            _ => None,
        }
    }

    fn encode(&self, frame: &impl Serialize) -> Utf8Bytes {
        match self.version {
            ProtocolVersion::Many(chat) => to_text(&AddressedFrame::new(frame, chat)),
            ProtocolVersion::One | ProtocolVersion::Two => to_text(frame),
        }
    }
}

impl FrameEncoder for ChatFrameEncoder {
    fn cache_key(&self) -> &'static str {
        match self.version {
            ProtocolVersion::One => "chat-1",
            ProtocolVersion::Two => "chat-2",
            ProtocolVersion::Many(_) => "chat-many",
        }
    }

    fn encode_item(&self, item: &LogItem, page: &LogPage) -> Option<Utf8Bytes> {
        if let Some(message) = self.assistant_message(item) {
            return Some(self.encode(&StreamEndedFrame::new(message, page.conversation)));
        }
        let frame = LogEntryFrame::from_item(item, page);
        let is_sent = self.version != ProtocolVersion::One || frame.event_type == "message_created";
        is_sent.then(|| self.encode(&frame))
    }

    fn encode_preceding(&self, item: &LogItem, page: &LogPage) -> Vec<Utf8Bytes> {
        let Some(message) = self.assistant_message(item) else {
            return Vec::new();
        };
        let chat_id = format_uuid(page.conversation);
        let user_id = sender_user_id(message.author.as_ref());
        let at = message.created_at;
        vec![
            self.encode(&StreamStartedFrame {
                head: FrameHead::new("message_stream_started", at),
                chat_id: chat_id.clone(),
                user_id,
                message_id: format_uuid(message.id),
                reply_to: None,
                content: None,
                next_index: None,
            }),
            self.encode(&StreamTokenFrame {
                head: FrameHead::new("message_stream_token", at),
                message_id: format_uuid(message.id),
                chat_id,
                token: message.text.as_str(),
                index: 0,
            }),
        ]
    }

    fn encode_stream(&self, message: MessageId, change: &StreamChange<'_>) -> Vec<Utf8Bytes> {
        let now = (self.clock)();
        let message_id = format_uuid(message);
        let chat_id = format_uuid(self.chat);
        match change {
            StreamChange::Start {
                author,
                reply_to,
                text,
                next_index,
            } => vec![self.encode(&StreamStartedFrame {
                head: FrameHead::new("message_stream_started", now),
                chat_id,
                user_id: sender_user_id(*author),
                message_id,
                reply_to: reply_to.map(format_uuid),
                content: Some(text),
                next_index: Some(*next_index),
            })],
            StreamChange::Delta(delta) => vec![self.encode(&StreamTokenFrame {
                head: FrameHead::new("message_stream_token", now),
                message_id,
                chat_id,
                token: &delta.text,
                index: delta.index,
            })],
            StreamChange::End { finish, error } => {
                let failed = error.map(|error| {
                    let error = FrameError::assistant(error);
                    self.encode(&ErrorFrame::from_error(
                        &error,
                        &ClientFrame::default(),
                        now,
                    ))
                });
                let ended = self.encode(&StreamEndedFrame {
                    head: FrameHead::new("message_stream_ended", now),
                    message_id,
                    chat_id,
                    user_id: None,
                    content: "",
                    seq: None,
                    finish_reason: finish.as_str(),
                    created_at: None,
                });
                failed.into_iter().chain([ended]).collect()
            }
        }
    }

    fn encode_streamed(&self, item: &LogItem, page: &LogPage) -> Option<StreamedItem> {
        let LogItem::Message(message) = item else {
            return None;
        };
        if message.role != MessageRole::Assistant {
            return None;
        }
        let ended = self.encode(&StreamEndedFrame::new(message, page.conversation));
        let entry = (self.version != ProtocolVersion::One)
            .then(|| self.encode(&LogEntryFrame::from_item(item, page)));
        Some(StreamedItem {
            message: message.id,
            texts: [ended].into_iter().chain(entry).collect(),
        })
    }

    fn encode_ephemeral(&self, event: &EphemeralEvent) -> Option<Utf8Bytes> {
        if self.version == ProtocolVersion::One {
            return None;
        }
        let (now, user_id) = ((self.clock)(), ids::format_user_id(&event.member));
        let user_id = user_id.as_str();
        Some(match event.content {
            EphemeralContent::Typing(is_typing) => self.encode(&TypingFrame {
                head: FrameHead::new("typing", now),
                user_id,
                state: if is_typing { "start" } else { "stop" },
            }),
            EphemeralContent::Read(seq) => self.encode(&ReadFrame {
                head: FrameHead::new("read", now),
                user_id,
                seq,
            }),
        })
    }

    fn encode_presence(&self, change: &PresenceChange) -> Option<Utf8Bytes> {
        let ProtocolVersion::Many(_) = self.version else {
            return None;
        };
        Some(self.encode(&PresenceFrame {
            head: FrameHead::new("presence", (self.clock)()),
            online: format_user_ids(&change.joined),
            offline: format_user_ids(&change.left),
            count: change.count,
        }))
    }
}

/// Returns the user ids of members.
pub(crate) fn format_user_ids(members: &[MemberRef]) -> Vec<String> {
    members.iter().map(ids::format_user_id).collect()
}
