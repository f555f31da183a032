//! `DELETE /chats/labels/{label_id}`: off every chat, and altogether.

use axum::extract::State;
use axum::response::Response;
use http::StatusCode;
use parlor_engine::label;
use parlor_kit::{AppState, PathParams, response};
use parlor_model::scope::{Resource, Scope};

use super::parse_key;
use crate::HandlerError;
use crate::auth::Caller;

/// Asks for `labels:write`.
pub(crate) async fn handle(
    State(app): State<AppState>,
    Caller(ctx): Caller,
    params: PathParams,
) -> Result<Response, HandlerError> {
    ctx.require(Scope::write(Resource::Labels))?;
    let key = parse_key(params.get("label"))?;
    label::delete(&app.engine, &ctx, key).await?;
    Ok(response::empty(StatusCode::NO_CONTENT))
}
