//! `POST /api/v1/chats/{conversation}/tokens`.
//!
//! Accepted and ignored: unknown fields.

use axum::extract::State;
use axum::response::Response;
use http::StatusCode;
use parlor_engine::{conversation, participant};
use parlor_kit::route::{Route, post};
use parlor_kit::{
    AppState, ContentTypePolicy, PathParams, RequestBody, request_body, response, time,
};
use parlor_model::Error;
use parlor_model::conversation::{ConversationKey, ConversationState};
use parlor_model::error::ConflictReason;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::ttl::parse_ttl;
use crate::auth::Caller;
use crate::documented::{BAD_BODY, NO_CHAT, NOT_JSON, SEND_SCOPE, TOO_LARGE};
use crate::error::ErrorResponse;
use crate::{HandlerError, ids};

/// For whom.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = Asked)]
struct CreateChatTokenRequest {
    /// The customer's own id of the user: 1 to 255 characters.
    #[schema(
        min_length = 1,
        max_length = 255,
        pattern = r"^[^\x00-\x1f\x7f-\x9f]*[^\s\x00-\x1f\x7f-\x9f][^\x00-\x1f\x7f-\x9f]*$"
    )]
    user_id: String,
    /// Seconds the token is good for: an hour by default.
    #[schema(minimum = 60, maximum = 86_400)]
    ttl_seconds: Option<u64>,
}

/// A token that opens sockets of one user in one chat.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ChatToken)]
struct ChatTokenResponse {
    /// For `?token=` of the socket's address.
    token: String,
    /// When it is no good any more.
    expires_at: String,
}

/// Declares the route.
pub(crate) fn route() -> Route {
    post("/api/v1/chats/{conversation}/tokens", handle)
        .doc("Makes a token for a user's sockets in a chat", "")
        .scope(SEND_SCOPE)
        .acts_as_member()
        .body::<CreateChatTokenRequest>()
        .example(r#"{"user_id":"customer-7","ttl_seconds":600}"#)
        .responds::<ChatTokenResponse>(201, "The token.")
        .errors::<ErrorResponse>(&[
            BAD_BODY,
            NO_CHAT,
            (409, "The chat is closed."),
            TOO_LARGE,
            NOT_JSON,
        ])
}

/// Checks in this order: key, JSON body, `user_id`, `ttl_seconds`, id, whether the chat is open, whether the user left or
/// was removed, whether the caller may act as the user. Creates an unknown user.
async fn handle(
    State(app): State<AppState>,
    Caller(ctx): Caller,
    params: PathParams,
    payload: RequestBody,
) -> Result<Response, HandlerError> {
    let body: CreateChatTokenRequest =
        request_body::deserialize_map(payload.object(ContentTypePolicy::Json).await?)?;
    let named = ids::parse_user_id(&body.user_id)?;
    let ttl = parse_ttl(body.ttl_seconds)?;
    let key = ids::parse_chat_id(params.get("conversation"))?;
    let chat = conversation::find_header(&app.engine, &ctx, key).await?;
    if chat.state != ConversationState::Active {
        return Err(Error::conflict(ConflictReason::Closed).into());
    }
    let number = ConversationKey::Number(chat.number);
    participant::check_may_join(&app.engine, &ctx, number, named.clone()).await?;
    let (token, expires_at) =
        super::issue(&app, &ctx, Some(chat.id), (&body.user_id, named), ttl).await?;
    let response_body = ChatTokenResponse {
        token,
        expires_at: time::format_iso(expires_at),
    };
    Ok(response::json(StatusCode::CREATED, &response_body))
}
