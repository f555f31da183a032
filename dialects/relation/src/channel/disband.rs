//! `POST /api/v1/channel/disband`. The vendor's page api/channel/disband.

use axum::extract::State;
use axum::response::Response;
use parlor_engine::participant;
use parlor_kit::{App, Fail, Payload};

use super::ChannelRequest;
use crate::Relation;
use crate::auth::Caller;
use crate::envelope::done;

pub(crate) async fn handle(
    State(app): State<App>,
    Caller(ctx): Caller,
    payload: Payload,
) -> Result<Response, Fail<Relation>> {
    let key = ChannelRequest::key(payload).await?;
    participant::disband(&app.engine, &ctx, key).await?;
    Ok(done())
}
