//! `DELETE /chats/{chat_id}/participants/{participant_id}`.

use axum::extract::State;
use axum::response::Response;
use http::StatusCode;
use parlor_engine::participant;
use parlor_kit::{AppState, PathParams, response};
use parlor_model::error::EntityKind;
use parlor_model::participant_commands::{ParticipantAuthority, RemoveParticipants};
use parlor_model::scope::{Resource, Scope};

use crate::auth::Caller;
use crate::ids::EntityRef;
use crate::{HandlerError, ids};

/// Asks for `chats:write`. The owner stays.
pub(crate) async fn handle(
    State(app): State<AppState>,
    Caller(ctx): Caller,
    params: PathParams,
) -> Result<Response, HandlerError> {
    let key = ids::parse_chat_key(params.get("conversation"))?;
    let who = EntityRef::from_path(params.get("participant"), EntityKind::Participant)?;
    let command = RemoveParticipants {
        conversation: key,
        members: vec![who.to_member_key()],
        authority: ParticipantAuthority::Scope(Scope::write(Resource::Conversations)),
    };
    participant::remove(&app.engine, &ctx, command).await?;
    Ok(response::empty(StatusCode::NO_CONTENT))
}
