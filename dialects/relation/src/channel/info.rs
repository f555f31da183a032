//! `GET /api/v1/channel/info`. The vendor's page api/channel/info.

use axum::extract::State;
use axum::response::Response;
use parlor_engine::conversation;
use parlor_kit::route::{Route, get};
use parlor_kit::{AppState, QueryParams};
use serde::Serialize;
use utoipa::ToSchema;

use super::view::{self, MemberInfo};
use crate::auth::Caller;
use crate::documented::{CHANNEL_PARAM, CHANNEL_UUID_TEXT, MEMBER_AUTH, enveloped};
use crate::envelope::{envelope_schema, success};
use crate::{HandlerError, ids};

/// A channel as the caller sees it.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct ChannelDetailInfo {
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

envelope_schema!(
    /// The answer with a channel.
    ChannelInfoAnswer,
    ChannelDetailInfo
);

/// Declares the route.
pub(crate) fn route() -> Route {
    enveloped::<ChannelInfoAnswer>(get("/api/v1/channel/info", handle), MEMBER_AUTH)
        .query("channelUuid", CHANNEL_PARAM, CHANNEL_UUID_TEXT)
        .doc("A channel as the caller sees it", "api/channel/info")
}

async fn handle(
    State(app): State<AppState>,
    Caller(ctx): Caller,
    query: QueryParams,
) -> Result<Response, HandlerError> {
    let key = ids::channel_key_from_query(&query)?;
    let membership = conversation::require_active_membership(&app.engine, &ctx, key).await?;
    let members = view::render_members(&app, &ctx, &membership).await?;
    let name = view::display_title(&membership);
    let (channel, own) = (membership.conversation, membership.own_participant);
    Ok(success(&ChannelDetailInfo {
        uuid: ids::format_channel_id(channel.id),
        name,
        icon: channel.group_profile.icon,
        announcement: channel.group_profile.announcement,
        pin_announcement: channel.group_profile.announcement_pinned,
        open_access: channel.group_profile.open_access,
        r#type: view::channel_type(channel.kind),
        mute: own.muted,
        pin: own.pinned_at.is_some(),
        members,
    }))
}
