//! Follows conversations.

use std::collections::HashMap;
use std::sync::Arc;

use parlor_engine::{Engine, conversation};
use parlor_gateway::DisconnectReason;
use parlor_gateway::multiplex::{MultiplexReply, SocketAction, SubscribeOptions};
use parlor_gateway::socket::Utf8Bytes;
use parlor_kit::ids;
use parlor_model::Ctx;
use parlor_model::conversation::ConversationKey;
use parlor_model::id::ConversationId;

use super::encoder::ConsoleEncoder;
use super::frame::{ConversationFrame, ErrorFrame, to_text};

/// Conversations that a tab may follow.
const MAX_SUBSCRIPTIONS: usize = 50;

/// Conversations that a tab follows, by number.
#[derive(Default)]
pub(super) struct OpenConversations(HashMap<i64, ConversationId>);

impl OpenConversations {
    /// Follows the log of a conversation after a seq.
    pub(super) async fn open(
        &mut self,
        engine: &Engine,
        ctx: &Ctx,
        (id, after): (&str, i64),
    ) -> MultiplexReply {
        let Some(id) = ids::parse_uuid(id) else {
            return refused("There is no such conversation.".to_owned());
        };
        if self.0.len() >= MAX_SUBSCRIPTIONS {
            return refused("This tab follows too many conversations.".to_owned());
        }
        let found = match conversation::find(engine, ctx, ConversationKey::Id(id)).await {
            Ok(found) => found,
            Err(error) => return refused(error.to_string()),
        };
        self.0.insert(found.number, id);
        // A position beyond the log is one of another database, such as before a restored backup.
        let kind = match after > found.last_seq {
            true => "reload",
            false => "opened",
        };
        MultiplexReply {
            actions: vec![
                SocketAction::Send(to_text(&ConversationFrame::new(kind, id))),
                SocketAction::Subscribe(SubscribeOptions {
                    conversation: found.number,
                    ctx: *ctx,
                    encoder: Arc::new(ConsoleEncoder::new(id)),
                    after_seq: after.clamp(0, found.last_seq),
                }),
            ],
            disconnect: None,
        }
    }

    /// Returns the frame that says something of a followed conversation.
    pub(super) fn frame(&self, kind: &'static str, conversation: i64) -> Option<Utf8Bytes> {
        let id = self.0.get(&conversation)?;
        Some(to_text(&ConversationFrame::new(kind, *id)))
    }

    /// Forgets a conversation whose subscription has ended, and says why.
    pub(super) fn close(&mut self, conversation: i64, reason: DisconnectReason) -> MultiplexReply {
        let Some(id) = self.0.remove(&conversation) else {
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

fn refused(sentence: String) -> MultiplexReply {
    MultiplexReply::from_frame(to_text(&ErrorFrame {
        kind: "error",
        sentence,
    }))
}
