//! `GET /api/v1/userChannels/list`. The vendor's page api/chats/list.
//!
//! The cursor is empty only on an empty page, because the vendor's client discards a page with an empty cursor.

use std::collections::BTreeSet;

use axum::extract::State;
use axum::response::Response;
use parlor_engine::participant;
use parlor_kit::route::{ParameterKind, Route, get};
use parlor_kit::{AppState, QueryParams};
use parlor_model::conversation::{ConversationKind, ConversationState};
use parlor_model::conversation_list_item::{ConversationListItem, ListOwnConversations};
use parlor_model::participant::ParticipantState;
use parlor_model::{Ctx, Result, text};
use serde::Serialize;
use utoipa::ToSchema;

use super::cursor;
use crate::auth::Caller;
use crate::channel::view;
use crate::documented::{CURSOR_TEXT, MEMBER_AUTH, OPTIONAL_CHANNEL_PARAM, enveloped};
use crate::envelope::{envelope_schema, success};
use crate::message::info::TEXT_TYPE;
use crate::public_profiles::{PublicProfiles, display_name};
use crate::{HandlerError, ids};

/// Page size unless the request sets one.
const DEFAULT_PAGE_SIZE: i64 = 20;
/// Maximum page size; larger values are reduced to it.
const MAX_PAGE_SIZE: i64 = 100;
/// Maximum length of `keyword`, in characters.
const MAX_KEYWORD_CHARS: usize = 1_000;

/// One channel as the caller sees it in its list.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct ChannelInfo {
    /// 0: takes part; 1: left; 2: was removed; 3: the channel was dismissed.
    #[schema(minimum = 0, maximum = 3)]
    status: u8,
    /// 32 hex digits.
    channel_uuid: String,
    /// A group's name; a pair's other member's.
    display_name: String,
    /// Address of a picture, or empty.
    channel_icon: String,
    /// `G` or `P`.
    channel_type: &'static str,
    /// What others said that the caller has not read.
    unread_message_count: i64,
    /// Those of it that mention the caller.
    mentions_count: i64,
    /// Absent where nothing was said.
    #[schema(required = true)]
    last_message_type: Option<String>,
    /// Absent where nothing was said.
    #[schema(required = true)]
    last_message_content: Option<String>,
    /// Milliseconds since 1970, in digits.
    last_post_at: String,
    mute: bool,
    pin: bool,
    /// Since when, in milliseconds since 1970, in digits.
    #[schema(required = true)]
    pin_at: Option<String>,
    /// A pair's other member.
    #[schema(required = true)]
    to_relation_id: Option<String>,
}

/// A page of channels.
#[derive(Serialize, ToSchema)]
struct ChannelPage {
    /// What to ask for the next page with; empty when this one is.
    cursor: String,
    list: Vec<ChannelInfo>,
}

envelope_schema!(
    /// The answer with a page of channels.
    ChannelListAnswer,
    ChannelPage
);

/// Declares the route.
pub(crate) fn route() -> Route {
    enveloped::<ChannelListAnswer>(get("/api/v1/userChannels/list", handle), MEMBER_AUTH)
        .query("keyword", ParameterKind::Text, "Part of the name.")
        .query(
            "limit",
            ParameterKind::AtLeast(1),
            "Channels at the most: 20 unless told otherwise, never more than 100.",
        )
        .query(
            "cursor",
            ParameterKind::Matching("^([0-9a-f]{48})?$"),
            CURSOR_TEXT,
        )
        .query("channelUuid", OPTIONAL_CHANNEL_PARAM, "Only this channel.")
        .doc("The caller's channels", "api/chats/list")
}

async fn handle(
    State(app): State<AppState>,
    Caller(ctx): Caller,
    query: QueryParams,
) -> Result<Response, HandlerError> {
    let given = |name: &str| query.get(name).filter(|text| !text.is_empty());
    if let Some(keyword) = given("keyword") {
        text::validate_length(keyword, "keyword", MAX_KEYWORD_CHARS)?;
    }
    let filter = ListOwnConversations {
        keyword: given("keyword").map(str::to_owned),
        only: given("channelUuid")
            .map(ids::parse_channel_key)
            .transpose()?,
        after: given("cursor").map(cursor::decode_cursor).transpose()?,
        limit: query
            .get_int("limit", DEFAULT_PAGE_SIZE, 1, i64::MAX)?
            .min(MAX_PAGE_SIZE),
    };
    let rows = participant::list_own(&app.engine, &ctx, filter).await?;
    let cursor = rows
        .last()
        .map(|row| cursor::encode_cursor(&row.cursor))
        .unwrap_or_default();
    let list = render_channels(&app, &ctx, &rows).await?;
    Ok(success(&ChannelPage { cursor, list }))
}

async fn render_channels(
    app: &AppState,
    ctx: &Ctx,
    rows: &[ConversationListItem],
) -> Result<Vec<ChannelInfo>> {
    let own = ctx.member()?.number;
    let peers = rows.iter().filter_map(|row| row.peer.as_ref());
    let mut numbers: BTreeSet<i64> = peers.map(|peer| peer.number).collect();
    numbers.insert(own);
    let profiles = PublicProfiles::load(app, ctx, numbers).await?;
    Ok(rows
        .iter()
        .map(|row| render_channel(row, own, &profiles))
        .collect())
}

fn render_channel(row: &ConversationListItem, own: i64, profiles: &PublicProfiles) -> ChannelInfo {
    let (display_name, channel_icon) = match (&row.peer, &row.title) {
        (Some(peer), _) => (display_name(peer), profiles.avatar(peer.number)),
        (None, _) if row.kind == ConversationKind::Direct => (String::new(), String::new()),
        (None, Some(title)) => (title.clone(), row.icon.clone()),
        (None, None) => {
            let title = view::fallback_title(row.others.iter(), || profiles.display_name(own));
            (title, row.icon.clone())
        }
    };
    let (last_message_type, last_message_content) =
        row.last.as_ref().map_or((None, None), |last| {
            let message_type = last.subtype.as_deref().unwrap_or(TEXT_TYPE).to_uppercase();
            (Some(message_type), Some(last.text.to_string()))
        });
    ChannelInfo {
        status: match (row.membership, row.state) {
            (ParticipantState::Left, _) => 1,
            (ParticipantState::Removed, _) => 2,
            (ParticipantState::Joined, ConversationState::Closed) => 3,
            (ParticipantState::Joined, ConversationState::Active | ConversationState::Archived) => {
                0
            }
        },
        channel_uuid: ids::format_channel_id(row.id),
        display_name,
        channel_icon,
        channel_type: view::channel_type(row.kind),
        unread_message_count: row.unread,
        mentions_count: row.mentions,
        last_message_type,
        last_message_content,
        last_post_at: row.cursor.active_at.millis().to_string(),
        mute: row.muted,
        pin: row.cursor.pinned_at.is_some(),
        pin_at: row.cursor.pinned_at.map(|at| at.millis().to_string()),
        to_relation_id: row.peer.as_ref().map(|peer| peer.handle.clone()),
    }
}
