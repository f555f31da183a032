//! `POST /api/v1/follow/remove`. A path of this server's own. Who is not followed is not followed afterwards either.

use axum::extract::State;
use axum::response::Response;
use parlor_engine::following;
use parlor_kit::{App, Fail, Payload};

use super::FollowRequest;
use crate::Relation;
use crate::auth::Caller;
use crate::envelope::done;

pub(crate) async fn handle(
    State(app): State<App>,
    Caller(ctx): Caller,
    payload: Payload,
) -> Result<Response, Fail<Relation>> {
    let member = FollowRequest::member(&app, &ctx, payload).await?;
    following::unfollow(&app.engine, &ctx, member).await?;
    Ok(done())
}
