//! `GET /api/v1/channel/announcement/get`. The vendor's page api/channel/announcement.

use axum::extract::State;
use axum::response::Response;
use parlor_engine::conversation;
use parlor_kit::route::{Route, get};
use parlor_kit::{AppState, QueryParams};
use serde::Serialize;
use utoipa::ToSchema;

use crate::auth::Caller;
use crate::documented::{CHANNEL_PARAM, CHANNEL_UUID_TEXT, MEMBER_AUTH, enveloped};
use crate::envelope::{envelope_schema, success};
use crate::message::access_error::not_member_error;
use crate::{HandlerError, ids};

/// The admin's text.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct Announcement {
    /// Empty when there is none.
    announcement: String,
    pin_announcement: bool,
}

envelope_schema!(
    /// The answer with the admin's text.
    AnnouncementAnswer,
    Announcement
);

/// Declares the route.
pub(crate) fn route() -> Route {
    enveloped::<AnnouncementAnswer>(get("/api/v1/channel/announcement/get", handle), MEMBER_AUTH)
        .query("channelUuid", CHANNEL_PARAM, CHANNEL_UUID_TEXT)
        .doc("The admin's text", "api/channel/announcement")
}

async fn handle(
    State(app): State<AppState>,
    Caller(ctx): Caller,
    query: QueryParams,
) -> Result<Response, HandlerError> {
    let key = ids::channel_key_from_query(&query)?;
    let membership = conversation::require_active_membership(&app.engine, &ctx, key)
        .await
        .map_err(not_member_error)?;
    let profile = membership.conversation.group_profile;
    Ok(success(&Announcement {
        announcement: profile.announcement,
        pin_announcement: profile.announcement_pinned,
    }))
}
