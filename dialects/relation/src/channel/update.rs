//! `POST /api/v1/channel/update`: changes name, picture and open access. The vendor has no page for it; its clients call
//! it.

use axum::extract::State;
use axum::response::Response;
use parlor_engine::participant;
use parlor_kit::request_body::deserialize_map;
use parlor_kit::route::{Route, post};
use parlor_kit::{AppState, ContentTypePolicy, RequestBody};
use parlor_model::participant_commands::UpdateGroupProfile;
use parlor_model::{Error, text};
use serde::Deserialize;
use utoipa::ToSchema;

use super::create::{MAX_ICON_URL_CHARS, MAX_NAME_CHARS};
use crate::auth::Caller;
use crate::bool_param::BoolParam;
use crate::documented::enveloped_empty;
use crate::envelope::success_without_data;
use crate::{HandlerError, ids};

/// What to change of a channel: at least one thing.
#[derive(Deserialize, ToSchema)]
struct UpdateChannelRequest {
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
    open_access: Option<BoolParam>,
}

/// Declares the route.
pub(crate) fn route() -> Route {
    enveloped_empty(post("/api/v1/channel/update", handle))
        .body::<UpdateChannelRequest>()
        .doc("Change a group's name and picture", "")
}

async fn handle(
    State(app): State<AppState>,
    Caller(ctx): Caller,
    payload: RequestBody,
) -> Result<Response, HandlerError> {
    let body: UpdateChannelRequest =
        deserialize_map(payload.object(ContentTypePolicy::Any).await?)?;
    let key = ids::parse_channel_key(&body.channel_uuid)?;
    let title = match &body.name {
        Some(name) => Some(text::normalize_required(
            name,
            "channelName",
            MAX_NAME_CHARS,
        )?),
        None => None,
    };
    if let Some(icon) = &body.icon {
        text::validate_length(icon, "channelIcon", MAX_ICON_URL_CHARS)?;
    }
    let command = UpdateGroupProfile {
        title,
        icon: body.icon,
        open_access: body.open_access.map(BoolParam::is_true),
    };
    if command.title.is_none() && command.icon.is_none() && command.open_access.is_none() {
        return Err(Error::invalid("channelName", "is required").into());
    }
    participant::update_group_profile(&app.engine, &ctx, key, command).await?;
    Ok(success_without_data())
}
