//! `GET /api/v1/userChannels/list`. The vendor's page api/chats/list.
//!
//! The cursor is empty only behind the last page: the vendor's own client throws away a page whose cursor is.

use std::collections::BTreeSet;

use axum::extract::State;
use axum::response::Response;
use parlor_engine::participant;
use parlor_kit::{App, Fail, Query};
use parlor_model::conversation::{Kind, State as Life};
use parlor_model::overview::{Overview, OverviewFilter};
use parlor_model::participant::State as Taking;
use parlor_model::{Ctx, Result, text};
use serde::Serialize;
use utoipa::ToSchema;

use super::cursor;
use crate::auth::Caller;
use crate::channel::view;
use crate::envelope::{answer, success};
use crate::message::info::TEXT;
use crate::people::{Faces, name};
use crate::{Relation, ids};

/// Rows unless asked for others.
const DEFAULT: i64 = 20;
/// Rows at the most.
const MOST: i64 = 100;
/// Longest part of a name to look for, in characters.
const MAX_KEYWORD: usize = 1_000;

/// One channel as the caller sees it in its list.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ChannelInfo {
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
pub(crate) struct ChannelPage {
    /// What to ask for the next page with; empty when this one is.
    cursor: String,
    list: Vec<ChannelInfo>,
}

answer!(
    /// The answer with a page of channels.
    ChannelListAnswer,
    ChannelPage
);

pub(crate) async fn handle(
    State(app): State<App>,
    Caller(ctx): Caller,
    query: Query,
) -> Result<Response, Fail<Relation>> {
    let given = |name: &str| query.get(name).filter(|text| !text.is_empty());
    if let Some(keyword) = given("keyword") {
        text::limit(keyword, "keyword", MAX_KEYWORD)?;
    }
    let filter = OverviewFilter {
        keyword: given("keyword").map(str::to_owned),
        only: given("channelUuid").map(ids::channel_key).transpose()?,
        after: given("cursor").map(cursor::read).transpose()?,
        limit: query.int("limit", DEFAULT, 1, i64::MAX)?.min(MOST),
    };
    let rows = participant::mine(&app.engine, &ctx, filter).await?;
    let cursor = rows
        .last()
        .map(|row| cursor::write(&row.place))
        .unwrap_or_default();
    let list = shown(&app, &ctx, &rows).await?;
    Ok(success(&ChannelPage { cursor, list }))
}

async fn shown(app: &App, ctx: &Ctx, rows: &[Overview]) -> Result<Vec<ChannelInfo>> {
    let own = ctx.member()?.number;
    let peers = rows.iter().filter_map(|row| row.peer.as_ref());
    let mut numbers: BTreeSet<i64> = peers.map(|peer| peer.number).collect();
    numbers.insert(own);
    let faces = Faces::of(app, ctx, numbers).await?;
    Ok(rows.iter().map(|row| channel(row, own, &faces)).collect())
}

fn channel(row: &Overview, own: i64, faces: &Faces) -> ChannelInfo {
    let (display_name, channel_icon) = match (&row.peer, &row.title) {
        (Some(peer), _) => (name(peer), faces.avatar(peer.number)),
        (None, _) if row.kind == Kind::Direct => (String::new(), String::new()),
        (None, Some(title)) => (title.clone(), row.icon.clone()),
        (None, None) => {
            let called = view::called(row.others.iter(), || faces.name(own));
            (called, row.icon.clone())
        }
    };
    let (last_message_type, last_message_content) =
        row.last.as_ref().map_or((None, None), |last| {
            let form = last.form.as_deref().unwrap_or(TEXT).to_uppercase();
            (Some(form), Some(last.text.to_string()))
        });
    ChannelInfo {
        status: match (row.taking, row.state) {
            (Taking::Left, _) => 1,
            (Taking::Removed, _) => 2,
            (Taking::Joined, Life::Closed) => 3,
            (Taking::Joined, Life::Active | Life::Archived) => 0,
        },
        channel_uuid: ids::channel(row.id),
        display_name,
        channel_icon,
        channel_type: view::word(row.kind),
        unread_message_count: row.unread,
        mentions_count: row.mentions,
        last_message_type,
        last_message_content,
        last_post_at: row.place.active_at.millis().to_string(),
        mute: row.muted,
        pin: row.place.pinned_at.is_some(),
        pin_at: row.place.pinned_at.map(|at| at.millis().to_string()),
        to_relation_id: row.peer.as_ref().map(|peer| peer.handle.clone()),
    }
}
