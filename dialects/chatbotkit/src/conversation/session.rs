//! `POST /conversation/{conversation}/session/create`, after the vendor's manual on conversation sessions.

use std::time::Duration;

use axum::extract::State;
use http::StatusCode;
use parlor_kit::{App, Params, Payload, reply};
use parlor_model::scope::{Resource, Scope};
use parlor_model::{Error, Result};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::guard;
use crate::auth::Caller;
use crate::{Outcome, body, ids, session_token};

/// Seconds that a session lasts.
const SHORTEST: u64 = 1_800;
const USUAL: u64 = 3_600;
const LONGEST: u64 = 86_400;

/// For how long.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ConversationSessionCreateRequest {
    /// Seconds that the session lasts: an hour by default.
    #[serde(default)]
    #[schema(minimum = 1_800, maximum = 86_400)]
    duration_in_seconds: Option<u64>,
}

/// A session of one conversation.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ConversationSessionCreateResponse {
    /// The conversation's id.
    id: String,
    /// Shown as `Bearer` to this conversation's `complete`, and to nothing else.
    token: String,
    /// When the token ends, in milliseconds since 1970 whatever `timestamps` is set to.
    expires_at: i64,
}

/// The token ends with its time, with the key that it was made with, with the member that this key acts for, and where all
/// tokens of that member are revoked.
pub(crate) async fn handle(
    State(app): State<App>,
    caller: Caller,
    params: Params,
    payload: Payload,
) -> Outcome {
    let ctx = &caller.ctx;
    ctx.require(Scope::write(Resource::Messages))?;
    let id = ids::conversation(params.get("conversation"))?;
    let request: ConversationSessionCreateRequest = body::read(payload).await?;
    let lifetime = lifetime(request.duration_in_seconds)?;
    guard::find_to_change_messages(&app, ctx, params.get("conversation")).await?;
    let (token, expires_at) = session_token::issue(&app, ctx, id, lifetime).await?;
    let created = ConversationSessionCreateResponse {
        id: ids::of_conversation(id),
        token,
        expires_at,
    };
    Ok(reply::json(StatusCode::OK, &created))
}

fn lifetime(seconds: Option<u64>) -> Result<Duration> {
    let seconds = seconds.unwrap_or(USUAL);
    if !(SHORTEST..=LONGEST).contains(&seconds) {
        let rule = "must be between 1800 and 86400";
        return Err(Error::invalid("durationInSeconds", rule));
    }
    Ok(Duration::from_secs(seconds))
}
