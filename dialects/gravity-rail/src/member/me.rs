//! `GET /members/me`: the member that the caller is.

use axum::extract::State;
use axum::response::Response;
use http::StatusCode;
use parlor_engine::member;
use parlor_kit::{AppState, response};
use parlor_model::member::MemberKey;

use super::render_member;
use crate::HandlerError;
use crate::auth::Caller;

/// Oneself, without a scope. An API key that is bound to no member is nobody here.
pub(crate) async fn handle(
    State(app): State<AppState>,
    Caller(ctx): Caller,
) -> Result<Response, HandlerError> {
    let key = MemberKey::Number(ctx.member()?.number);
    let found = member::find(&app.engine, &ctx, key).await?;
    let shown = render_member(&app, &ctx, found.member).await?;
    Ok(response::json(StatusCode::OK, &shown))
}
