//! `GET /members/me`: the caller's own member.

use axum::extract::State;
use axum::response::Response;
use parlor_engine::member;
use parlor_kit::AppState;
use parlor_kit::route::{Route, get};
use parlor_model::member::MemberKey;

use super::{MemberResponse, render_member};
use crate::HandlerError;
use crate::auth::Caller;
use crate::documented::workspace_path;
use crate::respond::ok_json;

/// Declares the route.
pub(crate) fn route() -> Route {
    get(workspace_path!("/members/me"), handle)
        .doc("Gets the member that the caller is", "")
        .responds::<MemberResponse>(200, "The member.")
}

/// Requires no scope. An unbound key has no member and is refused.
async fn handle(
    State(app): State<AppState>,
    Caller(ctx): Caller,
) -> Result<Response, HandlerError> {
    let key = MemberKey::Number(ctx.member()?.number);
    let found = member::find(&app.engine, &ctx, key).await?;
    let body = render_member(&app, &ctx, found.member).await?;
    Ok(ok_json(&body))
}
