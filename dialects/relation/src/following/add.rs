//! `POST /api/v1/follow/add`. A path of this server's own. Following somebody again changes nothing.

use axum::extract::State;
use axum::response::Response;
use parlor_engine::following;
use parlor_kit::{App, Fail, Payload};

use super::{ADDRESS, FollowRequest};
use crate::auth::Caller;
use crate::envelope::done;
use crate::{Relation, error};

pub(crate) async fn handle(
    State(app): State<App>,
    Caller(ctx): Caller,
    payload: Payload,
) -> Result<Response, Fail<Relation>> {
    let member = FollowRequest::member(&app, &ctx, payload).await?;
    following::follow(&app.engine, &ctx, member)
        .await
        .map_err(|error| error::in_field(error, ADDRESS))?;
    Ok(done())
}
