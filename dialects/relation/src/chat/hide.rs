//! `POST /api/v1/userChannels/hide`. The vendor's page api/chats/hide. The next message in
//! the channel makes it visible again.

use axum::extract::State;
use axum::response::Response;
use parlor_engine::participant;
use parlor_kit::route::{Route, post};
use parlor_kit::{AppState, RequestBody};
use parlor_model::participant_commands::UpdateParticipantSettings;

use crate::HandlerError;
use crate::auth::Caller;
use crate::channel::ChannelRequest;
use crate::documented::enveloped_empty;
use crate::envelope::success_without_data;

/// Declares the route.
pub(crate) fn route() -> Route {
    enveloped_empty(post("/api/v1/userChannels/hide", handle))
        .body::<ChannelRequest>()
        .doc(
            "Take a channel out of the list until something is said",
            "api/chats/hide",
        )
}

async fn handle(
    State(app): State<AppState>,
    Caller(ctx): Caller,
    payload: RequestBody,
) -> Result<Response, HandlerError> {
    let key = ChannelRequest::read_channel_key(payload).await?;
    let settings = UpdateParticipantSettings {
        hidden: Some(true),
        ..UpdateParticipantSettings::default()
    };
    participant::update_settings(&app.engine, &ctx, key, settings).await?;
    Ok(success_without_data())
}
