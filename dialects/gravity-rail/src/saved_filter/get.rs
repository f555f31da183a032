//! `GET /chats/filters/{filter_id}`.

use axum::extract::State;
use axum::response::Response;
use http::StatusCode;
use parlor_engine::filter;
use parlor_kit::{App, Params, reply};

use super::{FilterResponse, key};
use crate::Fail;
use crate::auth::Caller;

/// One of the caller's; anybody else's is not found.
pub(crate) async fn handle(
    State(app): State<App>,
    Caller(ctx): Caller,
    params: Params,
) -> Result<Response, Fail> {
    let key = key(params.get("filter"))?;
    let found = filter::find(&app.engine, &ctx, key).await?;
    Ok(reply::json(StatusCode::OK, &FilterResponse::of(found)))
}
