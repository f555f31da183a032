//! `POST /api/v1/channel/ownerTransfer`. The vendor's page api/channel/owner-transfer.

use axum::extract::State;
use axum::response::Response;
use parlor_engine::participant;
use parlor_kit::body::typed;
use parlor_kit::{App, Fail, MediaType, Payload};
use parlor_model::member::MemberKey;
use serde::Deserialize;
use utoipa::ToSchema;

use crate::auth::Caller;
use crate::envelope::done;
use crate::{Relation, Settings, ids};

/// Whom to hand a channel over to.
#[derive(Deserialize, ToSchema)]
pub(crate) struct TransferRequest {
    /// 32 hex digits.
    #[serde(rename = "channelUuid")]
    #[schema(pattern = "^[0-9a-f]{32}$")]
    channel_uuid: String,
    /// The new admin, who takes part.
    #[serde(rename = "relationId")]
    #[schema(value_type = ids::RelationId)]
    relation_id: String,
}

pub(crate) async fn handle(
    State(app): State<App>,
    Caller(ctx): Caller,
    payload: Payload,
) -> Result<Response, Fail<Relation>> {
    let body: TransferRequest = typed(payload.object(MediaType::Any).await?)?;
    let key = ids::channel_key(&body.channel_uuid)?;
    let strict = app.section::<Settings>().strict_ids;
    let heir = ids::member_in("relationId", &body.relation_id, strict)?;
    participant::transfer(&app.engine, &ctx, key, MemberKey::Handle(heir)).await?;
    Ok(done())
}
