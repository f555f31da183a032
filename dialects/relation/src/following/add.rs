//! `POST /api/v1/follow/add`. A path of this server's own. Following a member again changes nothing.

use axum::extract::State;
use axum::response::Response;
use parlor_engine::following;
use parlor_kit::route::{Route, post};
use parlor_kit::{AppState, RequestBody};

use super::{ADDRESS_FIELD, FollowRequest};
use crate::auth::Caller;
use crate::documented::enveloped_empty;
use crate::envelope::success_without_data;
use crate::{HandlerError, error};

/// Declares the route.
pub(crate) fn route() -> Route {
    enveloped_empty(post("/api/v1/follow/add", handle))
        .body::<FollowRequest>()
        .doc("Follow a member", "")
}

async fn handle(
    State(app): State<AppState>,
    Caller(ctx): Caller,
    payload: RequestBody,
) -> Result<Response, HandlerError> {
    let member = FollowRequest::read_member_key(&app, &ctx, payload).await?;
    following::follow(&app.engine, &ctx, member)
        .await
        .map_err(|error| error::with_field(error, ADDRESS_FIELD))?;
    Ok(success_without_data())
}
