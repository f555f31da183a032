//! `POST /api/v1/channel/members/remove`. The vendor's page api/channel/members-remove. Members that do not participate
//! are skipped.

use axum::extract::State;
use axum::response::Response;
use parlor_engine::participant;
use parlor_kit::request_body::deserialize_map;
use parlor_kit::route::{Route, post};
use parlor_kit::{AppState, ContentTypePolicy, RequestBody};
use parlor_model::participant_commands::{ParticipantAuthority, RemoveParticipants};

use super::ChannelMembersRequest;
use super::members_param::parse_members;
use crate::auth::Caller;
use crate::documented::enveloped_empty;
use crate::envelope::success_without_data;
use crate::{HandlerError, Settings, ids};

/// Declares the route.
pub(crate) fn route() -> Route {
    enveloped_empty(post("/api/v1/channel/members/remove", handle))
        .body::<ChannelMembersRequest>()
        .doc("Remove others from a group", "api/channel/members-remove")
}

async fn handle(
    State(app): State<AppState>,
    Caller(ctx): Caller,
    payload: RequestBody,
) -> Result<Response, HandlerError> {
    let body: ChannelMembersRequest =
        deserialize_map(payload.object(ContentTypePolicy::Any).await?)?;
    let command = RemoveParticipants {
        conversation: ids::parse_channel_key(&body.channel_uuid)?,
        members: parse_members(&body.members, app.dialect_settings::<Settings>().strict_ids)?,
        authority: ParticipantAuthority::Membership,
    };
    participant::remove(&app.engine, &ctx, command).await?;
    Ok(success_without_data())
}
