//! How a chat's log is told on a socket.

use axum::extract::ws::Utf8Bytes;
use parlor_engine::conversation::Chronicle;
use parlor_gateway::hub::Codec;
use parlor_model::Timestamp;
use parlor_model::live::{Sign, Signal};
use parlor_model::log::Item;

use super::words::{Head, Read, Typing, text};
use crate::ids;
use crate::log::frame::Frame;

/// Which of the two protocols a socket speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Version {
    /// The vendor's: of the log only what others say.
    One,
    /// This server's: the whole log, and what passes.
    Two,
}

/// Tells a log in one version.
pub(super) struct Words {
    pub(super) version: Version,
    /// What time it is for what passes.
    pub(super) now: Box<dyn Fn() -> Timestamp + Send + Sync>,
}

impl Codec for Words {
    fn name(&self) -> &'static str {
        match self.version {
            Version::One => "chat-1",
            Version::Two => "chat-2",
        }
    }

    fn item(&self, item: &Item, known: &Chronicle) -> Option<Utf8Bytes> {
        let frame = Frame::of(item, known);
        let told = self.version == Version::Two || frame.event_type == "message_created";
        told.then(|| text(&frame))
    }

    fn signal(&self, signal: &Signal) -> Option<Utf8Bytes> {
        if self.version == Version::One {
            return None;
        }
        let (now, user_id) = ((self.now)(), ids::of_user(&signal.who));
        let user_id = user_id.as_str();
        Some(match signal.sign {
            Sign::Typing(begins) => text(&Typing {
                head: Head::new("typing", now),
                user_id,
                state: if begins { "start" } else { "stop" },
            }),
            Sign::Read(seq) => text(&Read {
                head: Head::new("read", now),
                user_id,
                seq,
            }),
        })
    }
}
