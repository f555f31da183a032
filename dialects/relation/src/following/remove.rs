//! `POST /api/v1/follow/remove`. A path of this server's own. A member that is not followed is no
//! error.

use axum::extract::State;
use axum::response::Response;
use parlor_engine::following;
use parlor_kit::route::{Route, post};
use parlor_kit::{AppState, RequestBody};

use super::FollowRequest;
use crate::HandlerError;
use crate::auth::Caller;
use crate::documented::enveloped_empty;
use crate::envelope::success_without_data;

/// Declares the route.
pub(crate) fn route() -> Route {
    enveloped_empty(post("/api/v1/follow/remove", handle))
        .body::<FollowRequest>()
        .doc("End following a member", "")
}

async fn handle(
    State(app): State<AppState>,
    Caller(ctx): Caller,
    payload: RequestBody,
) -> Result<Response, HandlerError> {
    let member = FollowRequest::read_member_key(&app, &ctx, payload).await?;
    following::unfollow(&app.engine, &ctx, member).await?;
    Ok(success_without_data())
}
