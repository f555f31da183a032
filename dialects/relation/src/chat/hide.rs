//! `POST /api/v1/userChannels/hide`. The vendor's page api/chats/hide. The channel comes back when something is said in
//! it, by whomever.

use axum::extract::State;
use axum::response::Response;
use parlor_engine::participant;
use parlor_kit::{App, Fail, Payload};
use parlor_model::participant::OwnSettings;

use crate::Relation;
use crate::auth::Caller;
use crate::channel::ChannelRequest;
use crate::envelope::done;

pub(crate) async fn handle(
    State(app): State<App>,
    Caller(ctx): Caller,
    payload: Payload,
) -> Result<Response, Fail<Relation>> {
    let key = ChannelRequest::key(payload).await?;
    let settings = OwnSettings {
        hidden: Some(true),
        ..OwnSettings::default()
    };
    participant::settings(&app.engine, &ctx, key, settings).await?;
    Ok(done())
}
