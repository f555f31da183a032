//! `DELETE /chats/labels/{label_id}`: off every chat, and altogether.

use axum::extract::State;
use axum::response::Response;
use http::StatusCode;
use parlor_engine::label;
use parlor_kit::{App, Params, reply};
use parlor_model::scope::{Resource, Scope};

use super::key;
use crate::Fail;
use crate::auth::Caller;

/// Asks for `labels:write`.
pub(crate) async fn handle(
    State(app): State<App>,
    Caller(ctx): Caller,
    params: Params,
) -> Result<Response, Fail> {
    ctx.require(Scope::write(Resource::Labels))?;
    let key = key(params.get("label"))?;
    label::delete(&app.engine, &ctx, key).await?;
    Ok(reply::status_only(StatusCode::NO_CONTENT))
}
