//! `GET /api/v1/channel/info`. The vendor's page api/channel/info.

use axum::extract::State;
use axum::response::Response;
use parlor_engine::conversation;
use parlor_kit::{App, Fail, Query};
use serde::Serialize;
use utoipa::ToSchema;

use super::view::{self, MemberInfo};
use crate::auth::Caller;
use crate::envelope::{answer, success};
use crate::{Relation, ids};

/// A channel as the caller sees it.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ChannelDetailInfo {
    /// 32 hex digits.
    uuid: String,
    /// A group's name; a pair's other member's.
    name: String,
    /// Address of a picture, or empty.
    icon: String,
    /// The admin's text, or empty.
    announcement: String,
    pin_announcement: bool,
    open_access: bool,
    /// `G` or `P`.
    r#type: &'static str,
    /// The caller's own setting.
    mute: bool,
    /// The caller's own setting.
    pin: bool,
    /// Those who take part now.
    members: Vec<MemberInfo>,
}

answer!(
    /// The answer with a channel.
    ChannelInfoAnswer,
    ChannelDetailInfo
);

pub(crate) async fn handle(
    State(app): State<App>,
    Caller(ctx): Caller,
    query: Query,
) -> Result<Response, Fail<Relation>> {
    let key = ids::queried_channel(&query)?;
    let current = conversation::current(&app.engine, &ctx, key).await?;
    let members = view::members(&app, &ctx, &current).await?;
    let name = view::title(&current);
    let (channel, own) = (current.conversation, current.own);
    Ok(success(&ChannelDetailInfo {
        uuid: ids::channel(channel.id),
        name,
        icon: channel.card.icon,
        announcement: channel.card.announcement,
        pin_announcement: channel.card.announcement_pinned,
        open_access: channel.card.open_access,
        r#type: view::word(channel.kind),
        mute: own.muted,
        pin: own.pinned_at.is_some(),
        members,
    }))
}
