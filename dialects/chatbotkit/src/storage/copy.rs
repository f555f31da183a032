//! `POST /space/{space}/storage/copy/{path}`, after the vendor's manual on space storage.

use axum::extract::State;
use parlor_engine::file;
use parlor_kit::route::Route;
use parlor_kit::{AppState, PathParams, RequestBody, Tail};

use super::transfer::{Transfer, transfer_response, transfers};
use crate::HandlerResult;
use crate::auth::Caller;
use crate::documented::post;
use crate::prefix::Prefix;

/// Declares the route.
pub(crate) fn route(prefix: Prefix) -> Route {
    transfers(post(
        prefix,
        "/api/v1/space/{space}/storage/copy/{path}",
        handle,
    ))
    .doc("Copy a file or a directory", super::MANUAL)
}

/// Copies a file, or a directory with at most 1,000 files.
async fn handle(
    State(app): State<AppState>,
    caller: Caller,
    params: PathParams,
    tail: Tail,
    payload: RequestBody,
) -> HandlerResult {
    let Transfer { space, from, to } =
        Transfer::from_request(&caller, &params, &tail, payload).await?;
    file::copy(&app.engine, &caller.ctx, space, &from, &to).await?;
    Ok(transfer_response(&to))
}
