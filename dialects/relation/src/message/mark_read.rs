//! `POST /api/v1/message/read`. The vendor's page api/message/read. To mark all messages as
//! read, clients send a large number.

use axum::extract::State;
use axum::response::Response;
use parlor_engine::participant;
use parlor_kit::request_body::deserialize_map;
use parlor_kit::route::{Route, post};
use parlor_kit::{AppState, ContentTypePolicy, RequestBody};
use parlor_model::Error;
use parlor_model::participant_commands::ReadTarget;
use serde::Deserialize;
use utoipa::ToSchema;

use super::access_error::not_member_error;
use crate::auth::Caller;
use crate::documented::{MEMBER_AUTH, enveloped};
use crate::envelope::{envelope_schema, success};
use crate::{HandlerError, ids};

/// How many more messages were read.
#[derive(Deserialize, ToSchema)]
#[schema(as = ReadRequest)]
struct MarkReadRequest {
    /// 32 hex digits.
    #[serde(rename = "channelUuid")]
    #[schema(pattern = "^[0-9a-f]{32}$")]
    channel_uuid: String,
    /// So many of the unread messages, oldest first.
    #[schema(minimum = 1)]
    total: i64,
}

envelope_schema!(
    /// The answer of a mark that was moved: 1.
    ReadAnswer,
    i64
);

/// Declares the route.
pub(crate) fn route() -> Route {
    enveloped::<ReadAnswer>(post("/api/v1/message/read", handle), MEMBER_AUTH)
        .body::<MarkReadRequest>()
        .doc("Mark messages as read", "api/message/read")
}

async fn handle(
    State(app): State<AppState>,
    Caller(ctx): Caller,
    payload: RequestBody,
) -> Result<Response, HandlerError> {
    let body: MarkReadRequest = deserialize_map(payload.object(ContentTypePolicy::Any).await?)?;
    let key = ids::parse_channel_key(&body.channel_uuid)?;
    if body.total < 1 {
        return Err(Error::invalid("total", "must be at least 1").into());
    }
    participant::mark_read(&app.engine, &ctx, key, ReadTarget::Count(body.total))
        .await
        .map_err(not_member_error)?;
    Ok(success(&1))
}
