//! `POST /dms/{dm_id}/messages`.

use axum::extract::State;
use axum::response::Response;
use http::HeaderMap;
use parlor_kit::{AppState, PathParams, RequestBody};

use super::find_direct;
use crate::HandlerError;
use crate::auth::Caller;
use crate::message::create::{CreateMessageRequest, message_response, send_message};

/// Its two members, as far as their credential has `dm:write`, which a member's own session has.
pub(crate) async fn handle(
    State(app): State<AppState>,
    Caller(ctx): Caller,
    params: PathParams,
    headers: HeaderMap,
    payload: RequestBody,
) -> Result<Response, HandlerError> {
    let request = CreateMessageRequest::from_body(payload).await?;
    let key = find_direct(&app, &ctx, params.get("dm")).await?;
    let said = send_message(&app, &ctx, key, request.content).await?;
    Ok(message_response(&said, request.stream, &headers)?)
}
