//! `GET /api/v1/channel/announcement/get`. The vendor's page api/channel/announcement.

use axum::extract::State;
use axum::response::Response;
use parlor_engine::conversation;
use parlor_kit::{App, Fail, Query};
use serde::Serialize;
use utoipa::ToSchema;

use crate::auth::Caller;
use crate::envelope::{answer, success};
use crate::message::refusal::not_a_member;
use crate::{Relation, ids};

/// The admin's text.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Announcement {
    /// Empty when there is none.
    announcement: String,
    pin_announcement: bool,
}

answer!(
    /// The answer with the admin's text.
    AnnouncementAnswer,
    Announcement
);

pub(crate) async fn handle(
    State(app): State<App>,
    Caller(ctx): Caller,
    query: Query,
) -> Result<Response, Fail<Relation>> {
    let key = ids::queried_channel(&query)?;
    let current = conversation::current(&app.engine, &ctx, key)
        .await
        .map_err(not_a_member)?;
    let card = current.conversation.card;
    Ok(success(&Announcement {
        announcement: card.announcement,
        pin_announcement: card.announcement_pinned,
    }))
}
