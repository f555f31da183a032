//! How a chat's log is told on a socket.

use std::sync::Arc;

use parlor_engine::Engine;
use parlor_engine::conversation::LogPage;
use parlor_gateway::hub::{FrameEncoder, PresenceChange};
use parlor_gateway::socket::Utf8Bytes;
use parlor_kit::{ids as core, time};
use parlor_model::Timestamp;
use parlor_model::id::ConversationId;
use parlor_model::log::LogItem;
use parlor_model::member::MemberRef;
use parlor_model::message::{Message, MessageRole};
use parlor_model::realtime::{EphemeralContent, EphemeralEvent};
use serde::Serialize;

use super::server::{
    AddressedFrame, FrameHead, PresenceFrame, ReadFrame, StreamEndedFrame, StreamStartedFrame,
    StreamTokenFrame, TypingFrame, to_text,
};
use crate::ids;
use crate::log::entry_frame::LogEntryFrame;

/// Which of the protocols a socket speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ProtocolVersion {
    /// The vendor's: of the log only what others say, and what assistants say as a stream.
    One,
    /// This server's: the whole log, and what passes.
    Two,
    /// The same where one socket follows many: each frame says that it is of this conversation.
    Many(ConversationId),
}

/// Tells a log in one version.
pub(crate) struct ChatFrameEncoder {
    version: ProtocolVersion,
    /// What time it is for what passes.
    clock: Box<dyn Fn() -> Timestamp + Send + Sync>,
}

impl ChatFrameEncoder {
    pub(crate) fn new(engine: Arc<Engine>, version: ProtocolVersion) -> Self {
        Self {
            version,
            clock: Box::new(move || engine.now()),
        }
    }

    /// What an assistant has said, which the vendor's protocol knows as a stream alone: what was not streamed is one of
    /// a single token.
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

    fn encode_item(&self, item: &LogItem, known: &LogPage) -> Option<Utf8Bytes> {
        if let Some(said) = self.assistant_message(item) {
            return Some(self.encode(&StreamEndedFrame {
                head: FrameHead::new("message_stream_ended", said.created_at),
                message_id: core::format_uuid(said.id),
                chat_id: core::format_uuid(known.conversation),
                user_id: sender_user_id(said),
                content: said.text.as_str(),
                seq: said.seq,
                finish_reason: said.details.finish_reason.as_deref().unwrap_or("stop"),
                created_at: time::format_iso(said.created_at),
            }));
        }
        let frame = LogEntryFrame::from_item(item, known);
        let told = self.version != ProtocolVersion::One || frame.event_type == "message_created";
        told.then(|| self.encode(&frame))
    }

    fn encode_preceding(&self, item: &LogItem, known: &LogPage) -> Vec<Utf8Bytes> {
        let Some(said) = self.assistant_message(item) else {
            return Vec::new();
        };
        let chat_id = core::format_uuid(known.conversation);
        let user_id = sender_user_id(said);
        let at = said.created_at;
        vec![
            self.encode(&StreamStartedFrame {
                head: FrameHead::new("message_stream_started", at),
                chat_id: chat_id.clone(),
                user_id,
                message_id: core::format_uuid(said.id),
            }),
            self.encode(&StreamTokenFrame {
                head: FrameHead::new("message_stream_token", at),
                message_id: core::format_uuid(said.id),
                chat_id,
                token: said.text.as_str(),
                index: 0,
            }),
        ]
    }

    fn encode_ephemeral(&self, signal: &EphemeralEvent) -> Option<Utf8Bytes> {
        if self.version == ProtocolVersion::One {
            return None;
        }
        let (now, user_id) = ((self.clock)(), ids::format_user_id(&signal.member));
        let user_id = user_id.as_str();
        Some(match signal.content {
            EphemeralContent::Typing(begins) => self.encode(&TypingFrame {
                head: FrameHead::new("typing", now),
                user_id,
                state: if begins { "start" } else { "stop" },
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

/// Who answers, as the customer calls it; `assistant` where that is nobody in particular.
fn sender_user_id(said: &Message) -> String {
    let author = said.author.as_ref().map(ids::format_user_id);
    author.unwrap_or_else(|| "assistant".to_owned())
}

/// Members, as the customer calls them.
pub(crate) fn format_user_ids(members: &[MemberRef]) -> Vec<String> {
    members.iter().map(ids::format_user_id).collect()
}
