//! `DELETE /inboxes/{inbox_id}`, after developer/api/workspace/inboxes.

use axum::extract::State;
use axum::response::Response;
use http::StatusCode;
use parlor_engine::sender::inbox;
use parlor_kit::{AppState, PathParams, response};
use parlor_model::scope::{Resource, Scope};

use super::parse_key;
use crate::HandlerError;
use crate::auth::Caller;

/// For good; drafts that named it name none. Asks for `inboxes:admin`.
pub(crate) async fn handle(
    State(app): State<AppState>,
    Caller(ctx): Caller,
    params: PathParams,
) -> Result<Response, HandlerError> {
    ctx.require(Scope::admin(Resource::Inboxes))?;
    let key = parse_key(params.get("inbox"))?;
    inbox::delete(&app.engine, &ctx, key).await?;
    Ok(response::empty(StatusCode::NO_CONTENT))
}
