//! `POST /api/v1/userChannels/pin`. The vendor's page api/chats/pin. Also allowed in channels that the
//! caller left.

use axum::extract::State;
use axum::response::Response;
use parlor_engine::participant;
use parlor_kit::request_body::deserialize_map;
use parlor_kit::route::{Route, post};
use parlor_kit::{AppState, ContentTypePolicy, RequestBody};
use parlor_model::participant_commands::UpdateParticipantSettings;
use serde::Deserialize;
use utoipa::ToSchema;

use crate::auth::Caller;
use crate::bool_param::BoolParam;
use crate::documented::enveloped_empty;
use crate::envelope::success_without_data;
use crate::{HandlerError, ids};

/// The caller's own setting.
#[derive(Deserialize, ToSchema)]
#[schema(as = PinRequest)]
struct PinChannelRequest {
    /// 32 hex digits.
    #[serde(rename = "channelUuid")]
    #[schema(pattern = "^[0-9a-f]{32}$")]
    channel_uuid: String,
    /// Whether it stays on top.
    pin: BoolParam,
}

/// Declares the route.
pub(crate) fn route() -> Route {
    enveloped_empty(post("/api/v1/userChannels/pin", handle))
        .body::<PinChannelRequest>()
        .doc("Keep a channel on top of the list", "api/chats/pin")
}

async fn handle(
    State(app): State<AppState>,
    Caller(ctx): Caller,
    payload: RequestBody,
) -> Result<Response, HandlerError> {
    let body: PinChannelRequest = deserialize_map(payload.object(ContentTypePolicy::Any).await?)?;
    let key = ids::parse_channel_key(&body.channel_uuid)?;
    let settings = UpdateParticipantSettings {
        pinned: Some(body.pin.is_true()),
        ..UpdateParticipantSettings::default()
    };
    participant::update_settings(&app.engine, &ctx, key, settings).await?;
    Ok(success_without_data())
}
