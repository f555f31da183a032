//! `GET /inboxes/{inbox_id}`, after developer/api/workspace/inboxes.

use axum::extract::State;
use axum::response::Response;
use http::StatusCode;
use parlor_engine::sender::inbox;
use parlor_kit::{AppState, PathParams, response};
use parlor_model::scope::{Resource, Scope};

use super::{InboxResponse, parse_key};
use crate::HandlerError;
use crate::auth::Caller;

/// Asks for `inboxes:read`.
pub(crate) async fn handle(
    State(app): State<AppState>,
    Caller(ctx): Caller,
    params: PathParams,
) -> Result<Response, HandlerError> {
    ctx.require(Scope::read(Resource::Inboxes))?;
    let key = parse_key(params.get("inbox"))?;
    let found = inbox::find(&app.engine, &ctx, key).await?;
    Ok(response::json(
        StatusCode::OK,
        &InboxResponse::from_inbox(found),
    ))
}
