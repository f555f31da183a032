//! `POST /chats/{chat_id}/participants`, after developer/api/workspace/chats/actions.

use axum::extract::State;
use axum::response::Response;
use http::StatusCode;
use parlor_engine::participant;
use parlor_kit::{App, Params, Payload, reply};
use parlor_model::Error;
use parlor_model::error::Noun;
use parlor_model::participant::{AddParticipants, Authority, IfPresent, NewParticipant, Role};
use parlor_model::scope::{Resource, Scope};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::auth::Caller;
use crate::ids::Reference;
use crate::{Fail, body, ids};

/// Whom to add, and as what.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct AddParticipantRequest {
    /// A member of the workspace who does not take part yet.
    member_id: Reference,
    /// `contributor` by default.
    role: Option<GrantedRole>,
}

/// A role that may be given.
#[derive(Debug, Clone, Copy, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub(crate) enum GrantedRole {
    Assistant,
    Operator,
    Contributor,
}

/// Somebody was added.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct AddParticipantResponse {
    success: bool,
    message: &'static str,
    /// The id the chat's `participants` show.
    participant_id: i64,
}

/// Asks for `chats:write`. Whoever left or was removed comes back. DMs have their two participants only.
pub(crate) async fn handle(
    State(app): State<App>,
    Caller(ctx): Caller,
    params: Params,
    payload: Payload,
) -> Result<Response, Fail> {
    let request: AddParticipantRequest = body::read(payload).await?;
    let key = ids::chat(params.get("conversation"))?;
    let write = Scope::write(Resource::Conversations);
    let role = match request.role {
        Some(GrantedRole::Assistant) => Role::Assistant,
        Some(GrantedRole::Operator) => Role::Operator,
        Some(GrantedRole::Contributor) | None => Role::Contributor,
    };
    let command = AddParticipants {
        conversation: key,
        who: vec![NewParticipant {
            who: request.member_id.member(),
            role,
        }],
        if_present: IfPresent::Refuse,
        authority: Authority::Scope(write),
    };
    let added = participant::add(&app.engine, &ctx, command).await?;
    // Somebody who takes part already is refused, so somebody was added.
    let added = added
        .first()
        .ok_or_else(|| Error::not_found(Noun::Member))?;
    let answer = AddParticipantResponse {
        success: true,
        message: "The participant was added.",
        participant_id: added.number,
    };
    Ok(reply::json(StatusCode::OK, &answer))
}
