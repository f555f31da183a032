//! `POST /conversation/{conversation}/session/create`, after the vendor's manual on conversation sessions.

use std::time::Duration;

use axum::extract::State;
use http::StatusCode;
use parlor_kit::route::Route;
use parlor_kit::{AppState, PathParams, RequestBody, response};
use parlor_model::scope::{Resource, Scope};
use parlor_model::{Error, Result};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::auth::Caller;
use crate::documented::post;
use crate::prefix::Prefix;
use crate::{HandlerResult, body, conversation_access, ids, session_token};

const MIN_LIFETIME_SECONDS: u64 = 1_800;
const DEFAULT_LIFETIME_SECONDS: u64 = 3_600;
const MAX_LIFETIME_SECONDS: u64 = 86_400;

/// For how long.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct ConversationSessionCreateRequest {
    /// Seconds that the session lasts: an hour by default.
    #[serde(default)]
    #[schema(minimum = 1_800, maximum = 86_400)]
    duration_in_seconds: Option<u64>,
}

/// A session of one conversation.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct ConversationSessionCreateResponse {
    /// The conversation's id.
    id: String,
    /// Shown as `Bearer` to this conversation's `complete`, and to nothing else.
    token: String,
    /// When the token ends, in milliseconds since 1970 whatever `timestamps` is set to.
    expires_at: i64,
}

/// Declares the route.
pub(crate) fn route(prefix: Prefix) -> Route {
    let path = "/api/v1/conversation/{conversation}/session/create";
    post(prefix, path, handle)
        .doc(
            "Make a token by which a page asks for answers in this conversation alone",
            "Conversation Sessions",
        )
        .body::<ConversationSessionCreateRequest>()
        .optional()
        .scope(Scope::write(Resource::Messages))
        .responds::<ConversationSessionCreateResponse>(200, "The token and its end")
}

/// Issues a session token. It expires by its lifetime, and earlier when its key, that key's member or all tokens of that member
/// are revoked.
async fn handle(
    State(app): State<AppState>,
    caller: Caller,
    params: PathParams,
    payload: RequestBody,
) -> HandlerResult {
    let ctx = &caller.ctx;
    ctx.require(Scope::write(Resource::Messages))?;
    let id = ids::parse_conversation_id(params.get("conversation"))?;
    let request: ConversationSessionCreateRequest = body::parse(payload).await?;
    let lifetime = parse_lifetime(request.duration_in_seconds)?;
    conversation_access::find_for_message_update(&app, ctx, params.get("conversation")).await?;
    let (token, expires_at) = session_token::issue(&app, ctx, id, lifetime).await?;
    let response = ConversationSessionCreateResponse {
        id: ids::format_conversation_id(id),
        token,
        expires_at,
    };
    Ok(response::json(StatusCode::OK, &response))
}

fn parse_lifetime(seconds: Option<u64>) -> Result<Duration> {
    let seconds = seconds.unwrap_or(DEFAULT_LIFETIME_SECONDS);
    if !(MIN_LIFETIME_SECONDS..=MAX_LIFETIME_SECONDS).contains(&seconds) {
        let rule = "must be between 1800 and 86400";
        return Err(Error::invalid("durationInSeconds", rule));
    }
    Ok(Duration::from_secs(seconds))
}
