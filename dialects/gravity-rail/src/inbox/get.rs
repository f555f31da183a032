//! `GET /inboxes/{inbox_id}`, after developer/api/workspace/inboxes.

use axum::extract::State;
use axum::response::Response;
use http::StatusCode;
use parlor_engine::line::inbox;
use parlor_kit::{App, Params, reply};
use parlor_model::scope::{Resource, Scope};

use super::{InboxResponse, key};
use crate::Fail;
use crate::auth::Caller;

/// Asks for `inboxes:read`.
pub(crate) async fn handle(
    State(app): State<App>,
    Caller(ctx): Caller,
    params: Params,
) -> Result<Response, Fail> {
    ctx.require(Scope::read(Resource::Inboxes))?;
    let key = key(params.get("inbox"))?;
    let found = inbox::find(&app.engine, &ctx, key).await?;
    Ok(reply::json(StatusCode::OK, &InboxResponse::of(found)))
}
