//! Encodes the log of a conversation and streamed answers.

use parlor_engine::log::LogPage;
use parlor_gateway::hub::{FrameEncoder, StreamChange};
use parlor_gateway::socket::Utf8Bytes;
use parlor_kit::ids::format_uuid;
use parlor_model::id::{ConversationId, MessageId};
use parlor_model::log::LogItem;
use parlor_model::realtime::EphemeralEvent;

use super::frame::{ItemFrame, StreamFrame, to_text};
use crate::page::conversation::ItemView;
use crate::text::member_name;

/// Encoder of one conversation, the same for every tab.
pub(super) struct ConsoleEncoder(ConversationId);

impl ConsoleEncoder {
    pub(super) const fn new(conversation: ConversationId) -> Self {
        Self(conversation)
    }

    fn stream(&self, message: MessageId, phase: &'static str) -> StreamFrame<'_> {
        StreamFrame {
            kind: "stream",
            conversation: format_uuid(self.0),
            message: format_uuid(message),
            phase,
            author: None,
            text: "",
            index: 0,
        }
    }
}

impl FrameEncoder for ConsoleEncoder {
    fn cache_key(&self) -> &'static str {
        "console"
    }

    fn encode_item(&self, item: &LogItem, page: &LogPage) -> Option<Utf8Bytes> {
        Some(to_text(&ItemFrame {
            kind: "item",
            conversation: format_uuid(self.0),
            item: ItemView::new(item, page),
        }))
    }

    fn encode_ephemeral(&self, _: &EphemeralEvent) -> Option<Utf8Bytes> {
        None
    }

    fn encode_stream(&self, message: MessageId, change: &StreamChange<'_>) -> Vec<Utf8Bytes> {
        let frame = match change {
            StreamChange::Start {
                author,
                text,
                next_index,
                ..
            } => StreamFrame {
                author: author.map(member_name),
                text,
                index: *next_index,
                ..self.stream(message, "start")
            },
            StreamChange::Delta(delta) => StreamFrame {
                text: &delta.text,
                index: delta.index,
                ..self.stream(message, "delta")
            },
            StreamChange::End { .. } => self.stream(message, "end"),
        };
        vec![to_text(&frame)]
    }
}
