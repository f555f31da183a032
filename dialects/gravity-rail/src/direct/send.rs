//! `POST /dms/{dm_id}/messages`.

use axum::extract::State;
use axum::response::Response;
use http::HeaderMap;
use parlor_kit::{App, Params, Payload};

use super::find;
use crate::Fail;
use crate::auth::Caller;
use crate::message::create::{MessageRequest, answer, say};

/// Its two members, as far as their credential has `dm:write`, which a member's own session has.
pub(crate) async fn handle(
    State(app): State<App>,
    Caller(ctx): Caller,
    params: Params,
    headers: HeaderMap,
    payload: Payload,
) -> Result<Response, Fail> {
    let request = MessageRequest::read(payload).await?;
    let key = find(&app, &ctx, params.get("dm")).await?;
    let said = say(&app, &ctx, key, request.content).await?;
    Ok(answer(&said, request.stream, &headers)?)
}
