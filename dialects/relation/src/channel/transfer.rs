//! `POST /api/v1/channel/ownerTransfer`. The vendor's page api/channel/owner-transfer.

use axum::extract::State;
use axum::response::Response;
use parlor_engine::participant;
use parlor_kit::request_body::deserialize_map;
use parlor_kit::route::{Route, post};
use parlor_kit::{AppState, ContentTypePolicy, RequestBody};
use parlor_model::member::MemberKey;
use serde::Deserialize;
use utoipa::ToSchema;

use crate::auth::Caller;
use crate::documented::enveloped_empty;
use crate::envelope::success_without_data;
use crate::{HandlerError, Settings, ids};

/// Whom to hand a channel over to.
#[derive(Deserialize, ToSchema)]
#[schema(as = TransferRequest)]
struct TransferOwnershipRequest {
    /// 32 hex digits.
    #[serde(rename = "channelUuid")]
    #[schema(pattern = "^[0-9a-f]{32}$")]
    channel_uuid: String,
    /// The new admin, who takes part.
    #[serde(rename = "relationId")]
    #[schema(value_type = ids::RelationId)]
    relation_id: String,
}

/// Declares the route.
pub(crate) fn route() -> Route {
    enveloped_empty(post("/api/v1/channel/ownerTransfer", handle))
        .body::<TransferOwnershipRequest>()
        .doc("Hand a group over", "api/channel/owner-transfer")
}

async fn handle(
    State(app): State<AppState>,
    Caller(ctx): Caller,
    payload: RequestBody,
) -> Result<Response, HandlerError> {
    let body: TransferOwnershipRequest =
        deserialize_map(payload.object(ContentTypePolicy::Any).await?)?;
    let key = ids::parse_channel_key(&body.channel_uuid)?;
    let strict = app.dialect_settings::<Settings>().strict_ids;
    let new_admin = ids::parse_handle_field("relationId", &body.relation_id, strict)?;
    participant::transfer(&app.engine, &ctx, key, MemberKey::Handle(new_admin)).await?;
    Ok(success_without_data())
}
