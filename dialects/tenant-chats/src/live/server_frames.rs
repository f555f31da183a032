//! What is said on a socket of many conversations beyond what is said on a chat's.

use parlor_engine::message;
use parlor_kit::{ids as core, time};
use parlor_model::conversation_list_item::{ConversationListItem, LastMessage};
use parlor_model::participant::ParticipantState;
use parlor_model::{Timestamp, id::ConversationId};
use serde::Serialize;

use crate::chat::{automatic_title, chat_status};
use crate::frames::server::FrameHead;
use crate::ids;

/// Characters of a newest message that a list shows.
const PREVIEW_CHARS: usize = 200;

/// The first frame.
#[derive(Serialize)]
pub(super) struct WelcomeFrame<'a> {
    #[serde(flatten)]
    pub(super) head: FrameHead,
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
pub(super) struct SubscribedFrame<'a> {
    #[serde(flatten)]
    pub(super) head: FrameHead,
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
pub(super) struct PresenceSnapshotFrame {
    #[serde(flatten)]
    pub(super) head: FrameHead,
    /// Some of them.
    pub(super) present: Vec<String>,
    /// How many there are.
    pub(super) count: usize,
}

/// A conversation is followed no more.
#[derive(Serialize)]
pub(super) struct UnsubscribedFrame<'a> {
    #[serde(flatten)]
    pub(super) head: FrameHead,
    #[serde(rename = "ref", skip_serializing_if = "Option::is_none")]
    pub(super) reference: Option<&'a str>,
    pub(super) reason: &'static str,
}

/// The list is followed from now on, or no more.
#[derive(Serialize)]
pub(super) struct ListStateFrame<'a> {
    #[serde(flatten)]
    pub(super) head: FrameHead,
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
pub(super) struct ListCurrentFrame {
    #[serde(flatten)]
    pub(super) head: FrameHead,
    /// How many conversations are in it.
    pub(super) total: usize,
    pub(super) position: Option<String>,
}

/// What a conversation looks like in its member's list.
#[derive(Serialize)]
pub(super) struct ConversationChangedFrame {
    #[serde(flatten)]
    pub(super) head: FrameHead,
    pub(super) conversation: String,
    /// `joined`; `left` or `removed` where the member takes part no more; `gone` where it was deleted or hidden. Only
    /// for `joined` there is more.
    membership: &'static str,
    #[serde(flatten)]
    shown: Option<ListItemView>,
    /// Everything before this was told.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) position: Option<String>,
}

#[derive(Serialize)]
struct ListItemView {
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
    last_message: Option<LastMessageView>,
}

#[derive(Serialize)]
struct LastMessageView {
    sender_role: &'static str,
    content: String,
    created_at: String,
}

impl ConversationChangedFrame {
    pub(super) fn from_item(row: &ConversationListItem, now: Timestamp) -> Self {
        Self {
            head: FrameHead::new("conversation_changed", now),
            conversation: core::format_uuid(row.id),
            membership: row.membership.as_str(),
            shown: (row.membership == ParticipantState::Joined)
                .then(|| ListItemView::from_item(row)),
            position: None,
        }
    }

    pub(super) fn deleted(id: ConversationId, now: Timestamp) -> Self {
        Self {
            head: FrameHead::new("conversation_changed", now),
            conversation: core::format_uuid(id),
            membership: "gone",
            shown: None,
            position: None,
        }
    }
}

impl ListItemView {
    fn from_item(row: &ConversationListItem) -> Self {
        let title = row.title.clone();
        Self {
            seq: row.last_seq,
            kind: row.kind.as_str(),
            title: title.unwrap_or_else(|| automatic_title(row.created_at)),
            status: chat_status(row.state),
            unread: row.unread,
            mentions: row.mentions,
            muted: row.muted,
            pinned: row.cursor.pinned_at.is_some(),
            peer: row.peer.as_ref().map(ids::format_user_id),
            last_message: row.last.as_ref().map(LastMessageView::from_last_message),
        }
    }
}

impl LastMessageView {
    fn from_last_message(last: &LastMessage) -> Self {
        Self {
            sender_role: last.role.as_str(),
            content: message::truncate_text(&last.text, PREVIEW_CHARS).to_owned(),
            created_at: time::format_iso(last.at),
        }
    }
}
