//! `GET /api/v1/channel/announcement/get`. The vendor's page api/channel/announcement.

use axum::extract::State;
use axum::response::Response;
use parlor_engine::membership;
use parlor_kit::{AppState, DialectError, QueryParams};
use serde::Serialize;
use utoipa::ToSchema;

use crate::auth::Caller;
use crate::envelope::{envelope_schema, success};
use crate::message::access_error::not_member_error;
use crate::{Relation, ids};

/// The admin's text.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Announcement {
    /// Empty when there is none.
    announcement: String,
    pin_announcement: bool,
}

envelope_schema!(
    /// The answer with the admin's text.
    AnnouncementAnswer,
    Announcement
);

pub(crate) async fn handle(
    State(app): State<AppState>,
    Caller(ctx): Caller,
    query: QueryParams,
) -> Result<Response, DialectError<Relation>> {
    let key = ids::channel_key_from_query(&query)?;
    let current = membership::require_active_membership(&app.engine, &ctx, key)
        .await
        .map_err(not_member_error)?;
    let card = current.conversation.group_profile;
    Ok(success(&Announcement {
        announcement: card.announcement,
        pin_announcement: card.announcement_pinned,
    }))
}
