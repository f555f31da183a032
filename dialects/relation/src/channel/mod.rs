//! Channels: groups (type G) and pairs (type P).

pub(crate) mod add;
pub(crate) mod announcement;
pub(crate) mod create;
pub(crate) mod disband;
pub(crate) mod info;
pub(crate) mod is_admin;
pub(crate) mod join;
pub(crate) mod leave;
pub(crate) mod members;
mod members_param;
pub(crate) mod remove;
pub(crate) mod transfer;
pub(crate) mod update;
pub(crate) mod update_announcement;
pub(crate) mod view;

use parlor_kit::request_body::deserialize_map;
use parlor_kit::{ContentTypePolicy, RequestBody};
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
#[schema(as = MembersRequest)]
pub(crate) struct ChannelMembersRequest {
    /// 32 hex digits.
    #[serde(rename = "channelUuid")]
    #[schema(pattern = "^[0-9a-f]{32}$")]
    channel_uuid: String,
    /// relationIds, at least one.
    #[schema(value_type = Vec<ids::RelationId>, min_items = 1, max_items = 500)]
    members: Vec<String>,
}

impl ChannelRequest {
    /// Reads a request body that names only a channel.
    ///
    /// # Errors
    /// `Malformed` or `Invalid` for a body of another form.
    pub(crate) async fn read_channel_key(payload: RequestBody) -> Result<ConversationKey> {
        let body: Self = deserialize_map(payload.object(ContentTypePolicy::Any).await?)?;
        ids::parse_channel_key(&body.channel_uuid)
    }
}
