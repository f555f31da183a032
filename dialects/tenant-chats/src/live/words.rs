//! What is said on a socket of many conversations beyond what is said on a chat's.

use parlor_engine::message;
use parlor_kit::{ids as core, time};
use parlor_model::overview::{LastMessage, Overview};
use parlor_model::participant::State;
use parlor_model::{Timestamp, id::ConversationId};
use serde::Serialize;

use crate::chat::{automatic_title, status};
use crate::ids;
use crate::socket::words::Head;

/// Characters of a newest message that a list shows.
const PREVIEW: usize = 200;

/// The first frame.
#[derive(Serialize)]
pub(super) struct Welcome<'a> {
    #[serde(flatten)]
    pub(super) head: Head,
    /// Nobody where a key listens that acts for no member.
    pub(super) user_id: Option<&'a str>,
    pub(super) tenant_id: String,
    pub(super) connection_id: String,
    pub(super) protocol: u8,
    pub(super) epoch: &'a str,
    /// Conversations that may be followed at a time.
    pub(super) subscriptions: usize,
    pub(super) ping_interval_ms: u64,
}

/// A conversation is followed from now on.
#[derive(Serialize)]
pub(super) struct Subscribed<'a> {
    #[serde(flatten)]
    pub(super) head: Head,
    #[serde(rename = "ref", skip_serializing_if = "Option::is_none")]
    pub(super) reference: Option<&'a str>,
    /// The newest position of its log.
    pub(super) seq: i64,
    pub(super) resumed: bool,
    /// How many entries follow that happened before.
    pub(super) replayed: i64,
    /// Why the log is not taken up where the client says it was.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) reason: Option<&'static str>,
}

/// Who has a conversation on screen.
#[derive(Serialize)]
pub(super) struct Present {
    #[serde(flatten)]
    pub(super) head: Head,
    /// Some of them.
    pub(super) present: Vec<String>,
    /// How many there are.
    pub(super) count: usize,
}

/// A conversation is followed no more.
#[derive(Serialize)]
pub(super) struct Unsubscribed<'a> {
    #[serde(flatten)]
    pub(super) head: Head,
    #[serde(rename = "ref", skip_serializing_if = "Option::is_none")]
    pub(super) reference: Option<&'a str>,
    pub(super) reason: &'static str,
}

/// The list is followed from now on, or no more.
#[derive(Serialize)]
pub(super) struct Listing<'a> {
    #[serde(flatten)]
    pub(super) head: Head,
    #[serde(rename = "ref", skip_serializing_if = "Option::is_none")]
    pub(super) reference: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) resumed: Option<bool>,
    /// Why the list is not taken up where the client says it was.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) reason: Option<&'static str>,
}

/// All of the list was told.
#[derive(Serialize)]
pub(super) struct Current {
    #[serde(flatten)]
    pub(super) head: Head,
    /// How many conversations are in it.
    pub(super) total: usize,
    pub(super) position: Option<String>,
}

/// What a conversation looks like in its member's list.
#[derive(Serialize)]
pub(super) struct Row {
    #[serde(flatten)]
    pub(super) head: Head,
    pub(super) conversation: String,
    /// `joined`; `left` or `removed` where the member takes part no more; `gone` where it was deleted or hidden. Only
    /// for `joined` there is more.
    membership: &'static str,
    #[serde(flatten)]
    shown: Option<Shown>,
    /// Everything before this was told.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) position: Option<String>,
}

#[derive(Serialize)]
struct Shown {
    seq: i64,
    kind: &'static str,
    title: String,
    status: &'static str,
    unread: i64,
    mentions: i64,
    muted: bool,
    pinned: bool,
    /// The other one of a direct conversation.
    peer: Option<String>,
    last_message: Option<Last>,
}

#[derive(Serialize)]
struct Last {
    sender_role: &'static str,
    content: String,
    created_at: String,
}

impl Row {
    pub(super) fn of(row: &Overview, now: Timestamp) -> Self {
        Self {
            head: Head::new("conversation_changed", now),
            conversation: core::dashed(row.id),
            membership: row.taking.word(),
            shown: (row.taking == State::Joined).then(|| Shown::of(row)),
            position: None,
        }
    }

    pub(super) fn gone(id: ConversationId, now: Timestamp) -> Self {
        Self {
            head: Head::new("conversation_changed", now),
            conversation: core::dashed(id),
            membership: "gone",
            shown: None,
            position: None,
        }
    }
}

impl Shown {
    fn of(row: &Overview) -> Self {
        let title = row.title.clone();
        Self {
            seq: row.last_seq,
            kind: row.kind.word(),
            title: title.unwrap_or_else(|| automatic_title(row.created_at)),
            status: status(row.state),
            unread: row.unread,
            mentions: row.mentions,
            muted: row.muted,
            pinned: row.place.pinned_at.is_some(),
            peer: row.peer.as_ref().map(ids::of_user),
            last_message: row.last.as_ref().map(Last::of),
        }
    }
}

impl Last {
    fn of(last: &LastMessage) -> Self {
        Self {
            sender_role: last.role.word(),
            content: message::clip(&last.text, PREVIEW).to_owned(),
            created_at: time::iso(last.at),
        }
    }
}
