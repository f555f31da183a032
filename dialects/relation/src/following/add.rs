//! `POST /api/v1/follow/add`. A path of this server's own. Following somebody again changes nothing.

use axum::extract::State;
use axum::response::Response;
use parlor_engine::following;
use parlor_kit::{AppState, DialectError, RequestBody};

use super::{ADDRESS_FIELD, FollowRequest};
use crate::auth::Caller;
use crate::envelope::success_without_data;
use crate::{Relation, error};

pub(crate) async fn handle(
    State(app): State<AppState>,
    Caller(ctx): Caller,
    payload: RequestBody,
) -> Result<Response, DialectError<Relation>> {
    let member = FollowRequest::read_member_key(&app, &ctx, payload).await?;
    following::follow(&app.engine, &ctx, member)
        .await
        .map_err(|error| error::with_field(error, ADDRESS_FIELD))?;
    Ok(success_without_data())
}
