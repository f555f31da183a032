//! `POST /chats/{chat_id}/participants`.

use axum::extract::State;
use axum::response::Response;
use parlor_engine::participant;
use parlor_kit::route::{Route, post};
use parlor_kit::{AppState, PathParams, RequestBody};
use parlor_model::Error;
use parlor_model::error::EntityKind;
use parlor_model::participant::{NewParticipant, ParticipantRole};
use parlor_model::participant_commands::{AddParticipants, OnDuplicate, ParticipantAuthority};
use parlor_model::scope::{Resource, Scope};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{CLOSED, VENDOR_PAGE};
use crate::auth::Caller;
use crate::documented::{NO_SCOPE, TOO_LARGE, workspace_path};
use crate::error::ErrorResponse;
use crate::ids::EntityRef;
use crate::respond::ok_json;
use crate::{HandlerError, body, ids};

const SCOPE: Scope = Scope::write(Resource::Conversations);

/// Whom to add, and as what.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct AddParticipantRequest {
    /// A member of the workspace who does not take part yet.
    member_id: EntityRef,
    /// `contributor` by default.
    role: Option<GrantedRole>,
}

/// A role that may be given.
#[derive(Debug, Clone, Copy, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
enum GrantedRole {
    Assistant,
    Operator,
    Contributor,
}

/// Somebody was added.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct AddParticipantResponse {
    success: bool,
    message: &'static str,
    /// The id the chat's `participants` show.
    participant_id: i64,
}

/// Declares the route.
pub(crate) fn route() -> Route {
    post(
        workspace_path!("/chats/{conversation}/participants"),
        handle,
    )
    .doc("Adds a participant", VENDOR_PAGE)
    .scope(SCOPE)
    .body::<AddParticipantRequest>()
    .responds::<AddParticipantResponse>(200, "The participant was added.")
    .errors::<ErrorResponse>(&[
        (
            400,
            "The body does not fit, or the member takes part already.",
        ),
        NO_SCOPE,
        (404, "No such chat or member."),
        CLOSED,
        TOO_LARGE,
    ])
}

/// A member that left or was removed joins again. A DM keeps its two participants.
async fn handle(
    State(app): State<AppState>,
    Caller(ctx): Caller,
    params: PathParams,
    payload: RequestBody,
) -> Result<Response, HandlerError> {
    let request: AddParticipantRequest = body::parse(payload).await?;
    let key = ids::parse_chat_key(params.get("conversation"))?;
    let write = SCOPE;
    let role = match request.role {
        Some(GrantedRole::Assistant) => ParticipantRole::Assistant,
        Some(GrantedRole::Operator) => ParticipantRole::Operator,
        Some(GrantedRole::Contributor) | None => ParticipantRole::Contributor,
    };
    let command = AddParticipants {
        conversation: key,
        participants: vec![NewParticipant {
            member: request.member_id.to_member_key(),
            role,
        }],
        on_duplicate: OnDuplicate::Refuse,
        authority: ParticipantAuthority::Scope(write),
    };
    let added = participant::add(&app.engine, &ctx, command).await?;
    // A member that takes part already is an error, so the list has one entry.
    let added = added
        .first()
        .ok_or_else(|| Error::not_found(EntityKind::Member))?;
    let answer = AddParticipantResponse {
        success: true,
        message: "The participant was added.",
        participant_id: added.number,
    };
    Ok(ok_json(&answer))
}
