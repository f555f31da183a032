//! `DELETE /chats/{chat_id}/participants/{participant_id}`.

use axum::extract::State;
use axum::response::Response;
use parlor_engine::participant;
use parlor_kit::route::{Route, delete};
use parlor_kit::{AppState, PathParams};
use parlor_model::error::EntityKind;
use parlor_model::participant_commands::{ParticipantAuthority, RemoveParticipants};
use parlor_model::scope::{Resource, Scope};

use crate::auth::Caller;
use crate::documented::{NO_SCOPE, workspace_path};
use crate::error::ErrorResponse;
use crate::ids::EntityRef;
use crate::respond::no_content;
use crate::{HandlerError, ids};

const SCOPE: Scope = Scope::write(Resource::Conversations);

/// Declares the route.
pub(crate) fn route() -> Route {
    delete(
        workspace_path!("/chats/{conversation}/participants/{participant}"),
        handle,
    )
    .doc("Removes a participant", "")
    .scope(SCOPE)
    .responds_empty(204, "The participant was removed.")
    .errors::<ErrorResponse>(&[
        NO_SCOPE,
        (404, "No such chat or participant."),
        (
            409,
            "The owner stays; a closed chat and a DM do not change.",
        ),
    ])
}

/// The owner cannot be removed.
async fn handle(
    State(app): State<AppState>,
    Caller(ctx): Caller,
    params: PathParams,
) -> Result<Response, HandlerError> {
    let key = ids::parse_chat_key(params.get("conversation"))?;
    let member = EntityRef::from_path(params.get("participant"), EntityKind::Participant)?;
    let command = RemoveParticipants {
        conversation: key,
        members: vec![member.to_member_key()],
        authority: ParticipantAuthority::Scope(SCOPE),
    };
    participant::remove(&app.engine, &ctx, command).await?;
    Ok(no_content())
}
