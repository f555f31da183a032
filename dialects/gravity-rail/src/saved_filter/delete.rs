//! `DELETE /chats/filters/{filter_id}`.

use axum::extract::State;
use axum::response::Response;
use http::StatusCode;
use parlor_engine::filter;
use parlor_kit::{App, Params, reply};

use super::key;
use crate::Fail;
use crate::auth::Caller;

/// One of the caller's.
pub(crate) async fn handle(
    State(app): State<App>,
    Caller(ctx): Caller,
    params: Params,
) -> Result<Response, Fail> {
    let key = key(params.get("filter"))?;
    filter::delete(&app.engine, &ctx, key).await?;
    Ok(reply::status_only(StatusCode::NO_CONTENT))
}
