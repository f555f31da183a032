//! Follows conversations.

use std::sync::Arc;

use parlor_engine::conversation;
use parlor_gateway::DisconnectReason;
use parlor_gateway::multiplex::{MultiplexReply, SocketAction, SubscribeOptions};
use parlor_kit::ids;
use parlor_model::conversation::ConversationKey;
use parlor_model::id::ConversationId;

use super::encoder::ConsoleEncoder;
use super::frame::{ConversationFrame, ErrorFrame, to_text};
use super::protocol::ConsoleProtocol;

/// Conversations that a tab may follow.
const MAX_SUBSCRIPTIONS: usize = 50;

impl ConsoleProtocol {
    /// Follows the log of a conversation after a seq.
    pub(super) async fn subscribe(&mut self, id: &str, after: i64) -> MultiplexReply {
        let refused = |sentence: &str| {
            MultiplexReply::from_frame(to_text(&ErrorFrame {
                kind: "error",
                sentence: sentence.to_owned(),
            }))
        };
        let Some(id) = ids::parse_uuid::<parlor_model::id::kind::Conversation>(id) else {
            return refused("There is no such conversation.");
        };
        if self.conversations.len() >= MAX_SUBSCRIPTIONS {
            return refused("This tab follows too many conversations.");
        }
        let key = ConversationKey::Id(id);
        let found = match conversation::find(&self.app.engine, &self.ctx, key).await {
            Ok(found) => found,
            Err(error) => return refused(&error.to_string()),
        };
        self.conversations.insert(found.number, id);
        // A position beyond the log is one of another database, such as before a restored backup.
        let kind = if after > found.last_seq {
            "reload"
        } else {
            "opened"
        };
        MultiplexReply {
            actions: vec![
                SocketAction::Send(to_text(&ConversationFrame::new(kind, id))),
                SocketAction::Subscribe(SubscribeOptions {
                    conversation: found.number,
                    ctx: self.ctx,
                    encoder: Arc::new(ConsoleEncoder::new(id)),
                    after_seq: after.clamp(0, found.last_seq),
                }),
            ],
            disconnect: None,
        }
    }

    /// Returns the frame that says something of a followed conversation.
    pub(super) fn conversation_frame(
        &self,
        kind: &'static str,
        conversation: i64,
    ) -> Option<parlor_gateway::socket::Utf8Bytes> {
        let id = self.conversations.get(&conversation)?;
        Some(to_text(&ConversationFrame::new(kind, *id)))
    }

    /// Ends following a conversation.
    pub(super) fn end_subscription(
        &mut self,
        conversation: i64,
        reason: DisconnectReason,
    ) -> MultiplexReply {
        let Some(id) = self.conversations.remove(&conversation) else {
            return MultiplexReply::default();
        };
        let kind = match reason {
            DisconnectReason::Deleted => "deleted",
            DisconnectReason::Closed => "closed",
            _ => "forbidden",
        };
        MultiplexReply::from_frame(to_text(&ConversationFrame::new(kind, id)))
    }
}

/// Followed conversations by number.
pub(super) type OpenConversations = std::collections::HashMap<i64, ConversationId>;
