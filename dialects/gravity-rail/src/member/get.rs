//! `GET /members/{id}`.

use axum::extract::State;
use axum::response::Response;
use http::StatusCode;
use parlor_engine::member;
use parlor_kit::{AppState, PathParams, response};

use super::render_member;
use crate::auth::Caller;
use crate::{HandlerError, ids};

/// Oneself, or anybody with `members:read`.
pub(crate) async fn handle(
    State(app): State<AppState>,
    Caller(ctx): Caller,
    params: PathParams,
) -> Result<Response, HandlerError> {
    let key = ids::parse_member_key(params.get("member"))?;
    let found = member::find(&app.engine, &ctx, key).await?;
    Ok(response::json(
        StatusCode::OK,
        &render_member(&app, &ctx, found.member).await?,
    ))
}
