//! `POST /api/v1/channel/members/add`. The vendor has no page for it; its clients call it. Who takes part already is
//! passed over.

use axum::extract::State;
use axum::response::Response;
use parlor_engine::participant;
use parlor_kit::request_body::deserialize_map;
use parlor_kit::{AppState, ContentTypePolicy, DialectError, RequestBody};
use parlor_model::Error;
use parlor_model::participant_commands::{AddParticipants, OnDuplicate, ParticipantAuthority};

use super::ChannelMembersRequest;
use super::members_param::parse_participants;
use crate::auth::Caller;
use crate::envelope::success_without_data;
use crate::{Relation, Settings, ids};

pub(crate) async fn handle(
    State(app): State<AppState>,
    Caller(ctx): Caller,
    payload: RequestBody,
) -> Result<Response, DialectError<Relation>> {
    let body: ChannelMembersRequest =
        deserialize_map(payload.object(ContentTypePolicy::Any).await?)?;
    let conversation = ids::parse_channel_key(&body.channel_uuid)?;
    let who = parse_participants(&body.members, app.dialect_settings::<Settings>().strict_ids)?;
    if who.is_empty() {
        return Err(Error::invalid("members", "must name somebody").into());
    }
    let command = AddParticipants {
        conversation,
        participants: who,
        on_duplicate: OnDuplicate::Skip,
        authority: ParticipantAuthority::Membership,
    };
    participant::add(&app.engine, &ctx, command).await?;
    Ok(success_without_data())
}
