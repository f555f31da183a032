//! `POST /api/v1/channel/update`: name, picture, and who may join. The vendor has no page for it; its clients call it.

use axum::extract::State;
use axum::response::Response;
use parlor_engine::participant;
use parlor_kit::body::typed;
use parlor_kit::{App, Fail, MediaType, Payload};
use parlor_model::participant::UpdateCard;
use parlor_model::{Error, text};
use serde::Deserialize;
use utoipa::ToSchema;

use super::create::{MAX_ICON, MAX_NAME};
use crate::auth::Caller;
use crate::envelope::done;
use crate::flag::Flag;
use crate::{Relation, ids};

/// What to change of a channel: at least one thing.
#[derive(Deserialize, ToSchema)]
pub(crate) struct UpdateChannelRequest {
    /// 32 hex digits.
    #[serde(rename = "channelUuid")]
    #[schema(pattern = "^[0-9a-f]{32}$")]
    channel_uuid: String,
    /// The group's name, 1 to 128 characters.
    #[serde(rename = "channelName")]
    #[schema(max_length = 128, pattern = r"[^\s\x85]")]
    name: Option<String>,
    /// Address of a picture; empty for none.
    #[serde(rename = "channelIcon")]
    #[schema(max_length = 2048)]
    icon: Option<String>,
    /// Whether anyone who knows the channel may join.
    #[serde(rename = "openAccess")]
    open_access: Option<Flag>,
}

pub(crate) async fn handle(
    State(app): State<App>,
    Caller(ctx): Caller,
    payload: Payload,
) -> Result<Response, Fail<Relation>> {
    let body: UpdateChannelRequest = typed(payload.object(MediaType::Any).await?)?;
    let key = ids::channel_key(&body.channel_uuid)?;
    let title = match &body.name {
        Some(name) => Some(text::required(name, "channelName", MAX_NAME)?),
        None => None,
    };
    if let Some(icon) = &body.icon {
        text::limit(icon, "channelIcon", MAX_ICON)?;
    }
    let command = UpdateCard {
        title,
        icon: body.icon,
        open_access: body.open_access.map(Flag::is_true),
    };
    if command.title.is_none() && command.icon.is_none() && command.open_access.is_none() {
        return Err(Error::invalid("channelName", "is required").into());
    }
    participant::rename(&app.engine, &ctx, key, command).await?;
    Ok(done())
}
