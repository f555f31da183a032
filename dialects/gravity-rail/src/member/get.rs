//! `GET /members/{id}`.

use axum::extract::State;
use axum::response::Response;
use parlor_engine::member;
use parlor_kit::route::{Route, get};
use parlor_kit::{AppState, PathParams};

use super::{MemberResponse, render_member};
use crate::auth::Caller;
use crate::documented::{NO_SCOPE, workspace_path};
use crate::error::ErrorResponse;
use crate::respond::ok_json;
use crate::{HandlerError, ids};

/// Declares the route.
pub(crate) fn route() -> Route {
    get(workspace_path!("/members/{member}"), handle)
        .doc("Gets a member", "")
        .responds::<MemberResponse>(200, "The member.")
        .errors::<ErrorResponse>(&[NO_SCOPE, (404, "No such member.")])
}

/// The caller itself, or any member with `members:read`.
async fn handle(
    State(app): State<AppState>,
    Caller(ctx): Caller,
    params: PathParams,
) -> Result<Response, HandlerError> {
    let key = ids::parse_member_key(params.get("member"))?;
    let found = member::find(&app.engine, &ctx, key).await?;
    Ok(ok_json(&render_member(&app, &ctx, found.member).await?))
}
