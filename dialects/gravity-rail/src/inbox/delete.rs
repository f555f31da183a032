//! `DELETE /inboxes/{inbox_id}`, after developer/api/workspace/inboxes.

use axum::extract::State;
use axum::response::Response;
use http::StatusCode;
use parlor_engine::line::inbox;
use parlor_kit::{App, Params, reply};
use parlor_model::scope::{Resource, Scope};

use super::key;
use crate::Fail;
use crate::auth::Caller;

/// For good; drafts that named it name none. Asks for `inboxes:admin`.
pub(crate) async fn handle(
    State(app): State<App>,
    Caller(ctx): Caller,
    params: Params,
) -> Result<Response, Fail> {
    ctx.require(Scope::admin(Resource::Inboxes))?;
    let key = key(params.get("inbox"))?;
    inbox::delete(&app.engine, &ctx, key).await?;
    Ok(reply::status_only(StatusCode::NO_CONTENT))
}
