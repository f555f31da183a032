//! `GET /members/me`: the member that the caller is.

use axum::extract::State;
use axum::response::Response;
use http::StatusCode;
use parlor_engine::member;
use parlor_kit::{App, reply};
use parlor_model::member::MemberKey;

use super::show;
use crate::Fail;
use crate::auth::Caller;

/// Oneself, without a scope. An API key that is bound to no member is nobody here.
pub(crate) async fn handle(State(app): State<App>, Caller(ctx): Caller) -> Result<Response, Fail> {
    let key = MemberKey::Number(ctx.member()?.number);
    let found = member::find(&app.engine, &ctx, key).await?;
    let shown = show(&app, &ctx, found.member).await?;
    Ok(reply::json(StatusCode::OK, &shown))
}
