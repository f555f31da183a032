//! `POST /api/v1/channel/members/leave`. The vendor's page api/channel/members-leave.
//!
//! If the admin leaves, the participant that joined first becomes admin. The channel is dismissed when the last
//! participant leaves.

use axum::extract::State;
use axum::response::Response;
use parlor_engine::participant;
use parlor_kit::route::{Route, post};
use parlor_kit::{AppState, RequestBody};

use super::ChannelRequest;
use crate::HandlerError;
use crate::auth::Caller;
use crate::documented::enveloped_empty;
use crate::envelope::success_without_data;

/// Declares the route.
pub(crate) fn route() -> Route {
    enveloped_empty(post("/api/v1/channel/members/leave", handle))
        .body::<ChannelRequest>()
        .doc("Leave a group", "api/channel/members-leave")
}

async fn handle(
    State(app): State<AppState>,
    Caller(ctx): Caller,
    payload: RequestBody,
) -> Result<Response, HandlerError> {
    let key = ChannelRequest::read_channel_key(payload).await?;
    participant::leave(&app.engine, &ctx, key).await?;
    Ok(success_without_data())
}
