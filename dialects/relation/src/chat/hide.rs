//! `POST /api/v1/userChannels/hide`. The vendor's page api/chats/hide. The channel comes back when something is said in
//! it, by whomever.

use axum::extract::State;
use axum::response::Response;
use parlor_engine::participant;
use parlor_kit::{AppState, DialectError, RequestBody};
use parlor_model::participant_commands::UpdateParticipantSettings;

use crate::Relation;
use crate::auth::Caller;
use crate::channel::ChannelRequest;
use crate::envelope::success_without_data;

pub(crate) async fn handle(
    State(app): State<AppState>,
    Caller(ctx): Caller,
    payload: RequestBody,
) -> Result<Response, DialectError<Relation>> {
    let key = ChannelRequest::read_channel_key(payload).await?;
    let settings = UpdateParticipantSettings {
        hidden: Some(true),
        ..UpdateParticipantSettings::default()
    };
    participant::update_settings(&app.engine, &ctx, key, settings).await?;
    Ok(success_without_data())
}
