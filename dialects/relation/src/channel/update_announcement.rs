//! `POST /api/v1/channel/announcement/update`. The vendor's page api/channel/update. A new text is also sent to the
//! channel as a message of type `ANNOUNCEMENT`, in the same commit.

use axum::extract::State;
use axum::response::Response;
use parlor_engine::participant::{self, SetAnnouncement};
use parlor_kit::request_body::deserialize_map;
use parlor_kit::route::{Route, post};
use parlor_kit::{AppState, ContentTypePolicy, RequestBody};
use parlor_model::redacted::Redacted;
use serde::Deserialize;
use utoipa::ToSchema;

use crate::auth::Caller;
use crate::bool_param::BoolParam;
use crate::documented::enveloped_empty;
use crate::envelope::success_without_data;
use crate::{HandlerError, ids};

/// Type of the message that repeats the announcement.
const ANNOUNCEMENT_SUBTYPE: &str = "ANNOUNCEMENT";

/// The admin's text.
#[derive(Deserialize, ToSchema)]
#[schema(as = AnnounceRequest)]
struct UpdateAnnouncementRequest {
    /// 32 hex digits.
    #[serde(rename = "channelUuid")]
    #[schema(pattern = "^[0-9a-f]{32}$")]
    channel_uuid: String,
    /// At most 4,096 characters; empty takes it away.
    #[schema(max_length = 4096)]
    announcement: String,
    /// Whether it stays on top; no unless told otherwise.
    #[serde(rename = "pinAnnouncement")]
    pinned: Option<BoolParam>,
}

/// Declares the route.
pub(crate) fn route() -> Route {
    enveloped_empty(post("/api/v1/channel/announcement/update", handle))
        .body::<UpdateAnnouncementRequest>()
        .doc("Set the admin's text", "api/channel/update")
}

async fn handle(
    State(app): State<AppState>,
    Caller(ctx): Caller,
    payload: RequestBody,
) -> Result<Response, HandlerError> {
    let body: UpdateAnnouncementRequest =
        deserialize_map(payload.object(ContentTypePolicy::Any).await?)?;
    let key = ids::parse_channel_key(&body.channel_uuid)?;
    let command = SetAnnouncement {
        conversation: key,
        text: Redacted(body.announcement),
        pinned: body.pinned.is_some_and(BoolParam::is_true),
        subtype: ANNOUNCEMENT_SUBTYPE.to_owned(),
    };
    participant::set_announcement(&app.engine, &ctx, command).await?;
    Ok(success_without_data())
}
