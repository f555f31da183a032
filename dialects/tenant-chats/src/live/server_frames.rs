//! Frames from the server that only `/live` has.

use parlor_engine::message;
use parlor_kit::ids::format_uuid;
use parlor_kit::time;
use parlor_model::conversation_list_item::{ConversationListItem, LastMessage};
use parlor_model::participant::ParticipantState;
use parlor_model::{Timestamp, id::ConversationId};
use serde::Serialize;

use crate::chat::{automatic_title, chat_status};
use crate::frames::server::FrameHead;
use crate::ids;

/// Length of the last message's preview, in characters.
const PREVIEW_CHARS: usize = 200;

/// The first frame.
#[derive(Serialize)]
pub(super) struct WelcomeFrame<'a> {
    #[serde(flatten)]
    pub(super) head: FrameHead,
    /// `None` for an unbound key.
    pub(super) user_id: Option<&'a str>,
    pub(super) tenant_id: String,
    pub(super) connection_id: String,
    pub(super) protocol: u8,
    pub(super) epoch: &'a str,
    /// Maximum number of subscriptions.
    pub(super) subscriptions: usize,
    pub(super) ping_interval_ms: u64,
}

/// Confirms a subscription.
#[derive(Serialize)]
pub(super) struct SubscribedFrame<'a> {
    #[serde(flatten)]
    pub(super) head: FrameHead,
    #[serde(rename = "ref", skip_serializing_if = "Option::is_none")]
    pub(super) reference: Option<&'a str>,
    /// The last seq of its log.
    pub(super) seq: i64,
    pub(super) resumed: bool,
    /// Number of entries that will be replayed.
    pub(super) replayed: i64,
    /// Why the log does not resume at the client's position.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) reason: Option<&'static str>,
}

/// The users that are present in a conversation, sent once it is live.
#[derive(Serialize)]
pub(super) struct PresenceSnapshotFrame {
    #[serde(flatten)]
    pub(super) head: FrameHead,
    /// Some of the users.
    pub(super) present: Vec<String>,
    /// Number of all present users.
    pub(super) count: usize,
}

/// A subscription has ended.
#[derive(Serialize)]
pub(super) struct UnsubscribedFrame<'a> {
    #[serde(flatten)]
    pub(super) head: FrameHead,
    #[serde(rename = "ref", skip_serializing_if = "Option::is_none")]
    pub(super) reference: Option<&'a str>,
    pub(super) reason: &'static str,
}

/// The subscription to the list has started or ended.
#[derive(Serialize)]
pub(super) struct ListStateFrame<'a> {
    #[serde(flatten)]
    pub(super) head: FrameHead,
    #[serde(rename = "ref", skip_serializing_if = "Option::is_none")]
    pub(super) reference: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) resumed: Option<bool>,
    /// Why the list does not resume at the client's position.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) reason: Option<&'static str>,
}

/// The complete list was sent; changes follow.
#[derive(Serialize)]
pub(super) struct ListCurrentFrame {
    #[serde(flatten)]
    pub(super) head: FrameHead,
    /// Number of conversations in the list.
    pub(super) total: usize,
    pub(super) position: Option<String>,
}

/// The current state of a conversation in the user's list.
#[derive(Serialize)]
pub(super) struct ConversationChangedFrame {
    #[serde(flatten)]
    pub(super) head: FrameHead,
    pub(super) conversation: String,
    /// `joined`; `left` or `removed` once the user does not participate any more; `gone` once the conversation is deleted
    /// or hidden. Only `joined` has the fields of `item`.
    membership: &'static str,
    #[serde(flatten)]
    item: Option<ListItemView>,
    /// All changes up to this position were sent.
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
    /// User id of the peer in a direct conversation.
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
            conversation: format_uuid(row.id),
            membership: row.membership.as_str(),
            item: (row.membership == ParticipantState::Joined)
                .then(|| ListItemView::from_item(row)),
            position: None,
        }
    }

    pub(super) fn deleted(id: ConversationId, now: Timestamp) -> Self {
        Self {
            head: FrameHead::new("conversation_changed", now),
            conversation: format_uuid(id),
            membership: "gone",
            item: None,
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
