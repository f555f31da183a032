//! `POST /api/v1/message/read`. The vendor's page api/message/read. Clients that mean everything send a number that is
//! high enough.

use axum::extract::State;
use axum::response::Response;
use parlor_engine::participant;
use parlor_kit::body::typed;
use parlor_kit::{App, Fail, MediaType, Payload};
use parlor_model::Error;
use parlor_model::participant::ReadTo;
use serde::Deserialize;
use utoipa::ToSchema;

use super::refusal::not_a_member;
use crate::auth::Caller;
use crate::envelope::{answer, success};
use crate::{Relation, ids};

/// How many more messages were read.
#[derive(Deserialize, ToSchema)]
pub(crate) struct ReadRequest {
    /// 32 hex digits.
    #[serde(rename = "channelUuid")]
    #[schema(pattern = "^[0-9a-f]{32}$")]
    channel_uuid: String,
    /// So many of the unread messages, oldest first.
    #[schema(minimum = 1)]
    total: i64,
}

answer!(
    /// The answer of a mark that was moved: 1.
    ReadAnswer,
    i64
);

pub(crate) async fn handle(
    State(app): State<App>,
    Caller(ctx): Caller,
    payload: Payload,
) -> Result<Response, Fail<Relation>> {
    let body: ReadRequest = typed(payload.object(MediaType::Any).await?)?;
    let key = ids::channel_key(&body.channel_uuid)?;
    if body.total < 1 {
        return Err(Error::invalid("total", "must be at least 1").into());
    }
    participant::read(&app.engine, &ctx, key, ReadTo::Count(body.total))
        .await
        .map_err(not_a_member)?;
    Ok(success(&1))
}
