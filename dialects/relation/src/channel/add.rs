//! `POST /api/v1/channel/members/add`. The vendor has no page for it; its clients call it. Members that already
//! participate are skipped.

use axum::extract::State;
use axum::response::Response;
use parlor_engine::participant;
use parlor_kit::request_body::deserialize_map;
use parlor_kit::route::{Route, post};
use parlor_kit::{AppState, ContentTypePolicy, RequestBody};
use parlor_model::Error;
use parlor_model::participant_commands::{AddParticipants, OnDuplicate, ParticipantAuthority};

use super::ChannelMembersRequest;
use super::members_param::parse_participants;
use crate::auth::Caller;
use crate::documented::enveloped_empty;
use crate::envelope::success_without_data;
use crate::{HandlerError, Settings, ids};

/// Declares the route.
pub(crate) fn route() -> Route {
    enveloped_empty(post("/api/v1/channel/members/add", handle))
        .body::<ChannelMembersRequest>()
        .doc("Add others to a group", "")
}

async fn handle(
    State(app): State<AppState>,
    Caller(ctx): Caller,
    payload: RequestBody,
) -> Result<Response, HandlerError> {
    let body: ChannelMembersRequest =
        deserialize_map(payload.object(ContentTypePolicy::Any).await?)?;
    let conversation = ids::parse_channel_key(&body.channel_uuid)?;
    let participants =
        parse_participants(&body.members, app.dialect_settings::<Settings>().strict_ids)?;
    if participants.is_empty() {
        return Err(Error::invalid("members", "must name somebody").into());
    }
    let command = AddParticipants {
        conversation,
        participants,
        on_duplicate: OnDuplicate::Skip,
        authority: ParticipantAuthority::Membership,
    };
    participant::add(&app.engine, &ctx, command).await?;
    Ok(success_without_data())
}
