//! `POST /api/v1/channel/join`. The vendor's page api/channel/join.

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
    enveloped_empty(post("/api/v1/channel/join", handle))
        .body::<ChannelRequest>()
        .doc("Join a group", "api/channel/join")
}

async fn handle(
    State(app): State<AppState>,
    Caller(ctx): Caller,
    payload: RequestBody,
) -> Result<Response, HandlerError> {
    let key = ChannelRequest::read_channel_key(payload).await?;
    participant::join(&app.engine, &ctx, key).await?;
    Ok(success_without_data())
}
