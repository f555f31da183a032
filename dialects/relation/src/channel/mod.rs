//! Channels: groups (type G) and pairs (type P).

pub(crate) mod add;
pub(crate) mod announce;
pub(crate) mod announcement;
pub(crate) mod create;
pub(crate) mod disband;
pub(crate) mod info;
pub(crate) mod is_admin;
pub(crate) mod join;
pub(crate) mod leave;
pub(crate) mod members;
mod named;
pub(crate) mod remove;
pub(crate) mod transfer;
pub(crate) mod update;
pub(crate) mod view;

use parlor_kit::body::typed;
use parlor_kit::{MediaType, Payload};
use parlor_model::Result;
use parlor_model::conversation::ConversationKey;
use serde::Deserialize;
use utoipa::ToSchema;

use crate::ids;

/// A channel by its uuid alone.
#[derive(Deserialize, ToSchema)]
pub(crate) struct ChannelRequest {
    /// 32 hex digits.
    #[serde(rename = "channelUuid")]
    #[schema(pattern = "^[0-9a-f]{32}$")]
    channel_uuid: String,
}

/// A channel and some members.
#[derive(Deserialize, ToSchema)]
pub(crate) struct MembersRequest {
    /// 32 hex digits.
    #[serde(rename = "channelUuid")]
    #[schema(pattern = "^[0-9a-f]{32}$")]
    channel_uuid: String,
    /// relationIds, at least one.
    #[schema(value_type = Vec<ids::RelationId>, min_items = 1, max_items = 500)]
    members: Vec<String>,
}

impl ChannelRequest {
    /// The channel a body names.
    pub(crate) async fn key(payload: Payload) -> Result<ConversationKey> {
        let body: Self = typed(payload.object(MediaType::Any).await?)?;
        ids::channel_key(&body.channel_uuid)
    }
}
