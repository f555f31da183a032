//! How a chat's log is told on a socket.

use std::sync::Arc;

use parlor_engine::Engine;
use parlor_engine::conversation::Chronicle;
use parlor_gateway::hub::{Change, Codec};
use parlor_gateway::socket::Utf8Bytes;
use parlor_kit::{ids as core, time};
use parlor_model::Timestamp;
use parlor_model::id::ConversationId;
use parlor_model::live::{Sign, Signal};
use parlor_model::log::Item;
use parlor_model::member::MemberRef;
use parlor_model::message::{Message, Role};
use serde::Serialize;

use super::words::{
    About, Head, Presence, Read, StreamEnded, StreamStarted, StreamToken, Typing, text,
};
use crate::ids;
use crate::log::frame::Frame;

/// Which of the protocols a socket speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Version {
    /// The vendor's: of the log only what others say, and what assistants say as a stream.
    One,
    /// This server's: the whole log, and what passes.
    Two,
    /// The same where one socket follows many: each frame says that it is of this conversation.
    Many(ConversationId),
}

/// Tells a log in one version.
pub(crate) struct Words {
    version: Version,
    /// What time it is for what passes.
    now: Box<dyn Fn() -> Timestamp + Send + Sync>,
}

impl Words {
    pub(crate) fn new(engine: Arc<Engine>, version: Version) -> Self {
        Self {
            version,
            now: Box::new(move || engine.now()),
        }
    }

    /// What an assistant has said, which the vendor's protocol knows as a stream alone: what was not streamed is one of
    /// a single token.
    fn answer<'i>(&self, item: &'i Item) -> Option<&'i Message> {
        match item {
            Item::Message(message)
                if self.version == Version::One && message.role == Role::Assistant =>
            {
                Some(message)
            }
            _ => None,
        }
    }

    fn text(&self, frame: &impl Serialize) -> Utf8Bytes {
        match self.version {
            Version::Many(chat) => text(&About::new(frame, chat)),
            Version::One | Version::Two => text(frame),
        }
    }
}

impl Codec for Words {
    fn name(&self) -> &'static str {
        match self.version {
            Version::One => "chat-1",
            Version::Two => "chat-2",
            Version::Many(_) => "chat-many",
        }
    }

    fn item(&self, item: &Item, known: &Chronicle) -> Option<Utf8Bytes> {
        if let Some(said) = self.answer(item) {
            return Some(self.text(&StreamEnded {
                head: Head::new("message_stream_ended", said.created_at),
                message_id: core::dashed(said.id),
                chat_id: core::dashed(known.conversation),
                user_id: answerer(said),
                content: said.text.as_str(),
                seq: said.seq,
                finish_reason: said.details.finish_reason.as_deref().unwrap_or("stop"),
                created_at: time::iso(said.created_at),
            }));
        }
        let frame = Frame::of(item, known);
        let told = self.version != Version::One || frame.event_type == "message_created";
        told.then(|| self.text(&frame))
    }

    fn before(&self, item: &Item, known: &Chronicle) -> Vec<Utf8Bytes> {
        let Some(said) = self.answer(item) else {
            return Vec::new();
        };
        let chat_id = core::dashed(known.conversation);
        let user_id = answerer(said);
        let at = said.created_at;
        vec![
            self.text(&StreamStarted {
                head: Head::new("message_stream_started", at),
                chat_id: chat_id.clone(),
                user_id,
                message_id: core::dashed(said.id),
            }),
            self.text(&StreamToken {
                head: Head::new("message_stream_token", at),
                message_id: core::dashed(said.id),
                chat_id,
                token: said.text.as_str(),
                index: 0,
            }),
        ]
    }

    fn signal(&self, signal: &Signal) -> Option<Utf8Bytes> {
        if self.version == Version::One {
            return None;
        }
        let (now, user_id) = ((self.now)(), ids::of_user(&signal.who));
        let user_id = user_id.as_str();
        Some(match signal.sign {
            Sign::Typing(begins) => self.text(&Typing {
                head: Head::new("typing", now),
                user_id,
                state: if begins { "start" } else { "stop" },
            }),
            Sign::Read(seq) => self.text(&Read {
                head: Head::new("read", now),
                user_id,
                seq,
            }),
        })
    }

    fn presence(&self, change: &Change) -> Option<Utf8Bytes> {
        let Version::Many(_) = self.version else {
            return None;
        };
        Some(self.text(&Presence {
            head: Head::new("presence", (self.now)()),
            online: users(&change.came),
            offline: users(&change.went),
            count: change.count,
        }))
    }
}

/// Who answers, as the customer calls it; `assistant` where that is nobody in particular.
fn answerer(said: &Message) -> String {
    let author = said.author.as_ref().map(ids::of_user);
    author.unwrap_or_else(|| "assistant".to_owned())
}

/// Members, as the customer calls them.
pub(crate) fn users(members: &[MemberRef]) -> Vec<String> {
    members.iter().map(ids::of_user).collect()
}
