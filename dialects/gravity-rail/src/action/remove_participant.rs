//! `DELETE /chats/{chat_id}/participants/{participant_id}`.

use axum::extract::State;
use axum::response::Response;
use http::StatusCode;
use parlor_engine::participant;
use parlor_kit::{App, Params, reply};
use parlor_model::error::Noun;
use parlor_model::participant::{Authority, RemoveParticipants};
use parlor_model::scope::{Resource, Scope};

use crate::auth::Caller;
use crate::ids::Reference;
use crate::{Fail, ids};

/// Asks for `chats:write`. The owner stays.
pub(crate) async fn handle(
    State(app): State<App>,
    Caller(ctx): Caller,
    params: Params,
) -> Result<Response, Fail> {
    let key = ids::chat(params.get("conversation"))?;
    let who = Reference::of_path(params.get("participant"), Noun::Participant)?;
    let command = RemoveParticipants {
        conversation: key,
        who: vec![who.member()],
        authority: Authority::Scope(Scope::write(Resource::Conversations)),
    };
    participant::remove(&app.engine, &ctx, command).await?;
    Ok(reply::status_only(StatusCode::NO_CONTENT))
}
