//! `POST /api/v1/userChannels/mute`. The vendor's page api/chats/mute. Allowed in channels the caller left too.

use axum::extract::State;
use axum::response::Response;
use parlor_engine::participant;
use parlor_kit::body::typed;
use parlor_kit::{App, Fail, MediaType, Payload};
use parlor_model::participant::OwnSettings;
use serde::Deserialize;
use utoipa::ToSchema;

use crate::auth::Caller;
use crate::envelope::done;
use crate::flag::Flag;
use crate::{Relation, ids};

/// The caller's own setting.
#[derive(Deserialize, ToSchema)]
pub(crate) struct MuteRequest {
    /// 32 hex digits.
    #[serde(rename = "channelUuid")]
    #[schema(pattern = "^[0-9a-f]{32}$")]
    channel_uuid: String,
    /// Whether it stays silent.
    mute: Flag,
}

pub(crate) async fn handle(
    State(app): State<App>,
    Caller(ctx): Caller,
    payload: Payload,
) -> Result<Response, Fail<Relation>> {
    let body: MuteRequest = typed(payload.object(MediaType::Any).await?)?;
    let key = ids::channel_key(&body.channel_uuid)?;
    let settings = OwnSettings {
        muted: Some(body.mute.is_true()),
        ..OwnSettings::default()
    };
    participant::settings(&app.engine, &ctx, key, settings).await?;
    Ok(done())
}
