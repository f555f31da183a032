//! `POST /api/v1/follow/remove`. A path of this server's own. Who is not followed is not followed afterwards either.

use axum::extract::State;
use axum::response::Response;
use parlor_engine::following;
use parlor_kit::{AppState, DialectError, RequestBody};

use super::FollowRequest;
use crate::Relation;
use crate::auth::Caller;
use crate::envelope::success_without_data;

pub(crate) async fn handle(
    State(app): State<AppState>,
    Caller(ctx): Caller,
    payload: RequestBody,
) -> Result<Response, DialectError<Relation>> {
    let member = FollowRequest::read_member_key(&app, &ctx, payload).await?;
    following::unfollow(&app.engine, &ctx, member).await?;
    Ok(success_without_data())
}
