//! `POST /chats/{chat_id}/messages/{message_uuid}/rate`, named by developer/api/workspace/chats/messages.

use axum::extract::State;
use axum::response::Response;
use parlor_engine::{conversation, message};
use parlor_kit::route::{Route, post};
use parlor_kit::{AppState, PathParams, RequestBody, request_body::double_option};
use parlor_model::conversation::ConversationKey;
use parlor_model::rating::{RateMessage, Rating};
use parlor_model::redacted::Redacted;
use parlor_model::{Error, Result};
use serde::Deserialize;
use utoipa::ToSchema;

use super::{OpenAIMessageResponse, VENDOR_PAGE, parse_key};
use crate::auth::Caller;
use crate::documented::{BAD_BODY, NO_SCOPE, TOO_LARGE, workspace_path};
use crate::error::ErrorResponse;
use crate::respond::ok_json;
use crate::{HandlerError, body, ids};

/// What the caller thinks of a message.
#[derive(Deserialize, ToSchema)]
#[schema(as = RateRequest)]
struct RateMessageRequest {
    /// `null` takes back what was thought before.
    #[serde(default, deserialize_with = "double_option")]
    #[schema(value_type = Option<RatingParam>, required = true)]
    rating: Option<Option<RatingParam>>,
    /// At most 4,096 characters.
    #[schema(max_length = 4096)]
    comment: Option<String>,
}

/// Good or bad.
#[derive(Debug, Clone, Copy, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
#[schema(as = RatingWord)]
enum RatingParam {
    Up,
    Down,
}

/// Declares the route.
pub(crate) fn route() -> Route {
    post(
        workspace_path!("/chats/{conversation}/messages/{answer}/rate"),
        handle,
    )
    .doc("Rates what an assistant said", VENDOR_PAGE)
    .body::<RateMessageRequest>()
    .responds::<OpenAIMessageResponse>(200, "The message as it is now.")
    .errors::<ErrorResponse>(&[
        BAD_BODY,
        NO_SCOPE,
        (404, "No such chat or message."),
        TOO_LARGE,
    ])
}

/// Allowed to every reader of the chat. Only messages of the assistant's side can be rated.
async fn handle(
    State(app): State<AppState>,
    Caller(ctx): Caller,
    params: PathParams,
    payload: RequestBody,
) -> Result<Response, HandlerError> {
    let command = build_command(body::parse(payload).await?)?;
    let chat = ids::parse_chat_key(params.get("conversation"))?;
    let key = parse_key(params.get("answer"))?;
    let chat = conversation::find(&app.engine, &ctx, chat).await?.number;
    let conversation = ConversationKey::Number(chat);
    let mut rated = [message::rate(&app.engine, &ctx, conversation, key, command).await?];
    message::apply_own_ratings(&app.engine, &ctx, conversation, &mut rated).await?;
    let [rated] = rated;
    let answer = OpenAIMessageResponse::from_message(chat, rated);
    Ok(ok_json(&answer))
}

fn build_command(request: RateMessageRequest) -> Result<RateMessage> {
    let rating = request
        .rating
        .ok_or_else(|| Error::invalid("rating", "is required"))?;
    Ok(RateMessage {
        rating: rating.map(|param| match param {
            RatingParam::Up => Rating::Up,
            RatingParam::Down => Rating::Down,
        }),
        comment: request
            .comment
            .filter(|text| !text.trim().is_empty())
            .map(Redacted),
    })
}
