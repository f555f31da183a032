//! How a chat's log is told on a socket.

use std::sync::Arc;

use parlor_engine::Engine;
use parlor_engine::conversation::Chronicle;
use parlor_gateway::hub::{Change, Codec};
use parlor_gateway::socket::Utf8Bytes;
use parlor_model::Timestamp;
use parlor_model::id::ConversationId;
use parlor_model::live::{Sign, Signal};
use parlor_model::log::Item;
use parlor_model::member::MemberRef;
use serde::Serialize;

use super::words::{About, Head, Presence, Read, Typing, text};
use crate::ids;
use crate::log::frame::Frame;

/// Which of the protocols a socket speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Version {
    /// The vendor's: of the log only what others say.
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
        let frame = Frame::of(item, known);
        let told = self.version != Version::One || frame.event_type == "message_created";
        told.then(|| self.text(&frame))
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

/// Members, as the customer calls them.
pub(crate) fn users(members: &[MemberRef]) -> Vec<String> {
    members.iter().map(ids::of_user).collect()
}
