//! `POST /chats/{chat_id}/messages/{message_uuid}/rate`, named by developer/api/workspace/chats/messages.

use axum::extract::State;
use axum::response::Response;
use http::StatusCode;
use parlor_engine::{conversation, message};
use parlor_kit::{App, Params, Payload, body::present, reply};
use parlor_model::conversation::ConversationKey;
use parlor_model::private::Private;
use parlor_model::rating::{RateMessage, Rating};
use parlor_model::{Error, Result};
use serde::Deserialize;
use utoipa::ToSchema;

use super::{OpenAIMessageResponse, key};
use crate::auth::Caller;
use crate::{Fail, body, ids};

/// What the caller thinks of a message.
#[derive(Deserialize, ToSchema)]
pub(crate) struct RateRequest {
    /// `null` takes back what was thought before.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<RatingWord>, required = true)]
    rating: Option<Option<RatingWord>>,
    /// At most 4,096 characters.
    #[schema(max_length = 4096)]
    comment: Option<String>,
}

/// Good or bad.
#[derive(Debug, Clone, Copy, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub(crate) enum RatingWord {
    Up,
    Down,
}

/// Whoever may read the chat may. Only what was said on the assistant's side is rated.
pub(crate) async fn handle(
    State(app): State<App>,
    Caller(ctx): Caller,
    params: Params,
    payload: Payload,
) -> Result<Response, Fail> {
    let command = command(body::read(payload).await?)?;
    let chat = ids::chat(params.get("conversation"))?;
    let key = key(params.get("answer"))?;
    let chat = conversation::find(&app.engine, &ctx, chat).await?.number;
    let place = ConversationKey::Number(chat);
    let mut rated = [message::rate(&app.engine, &ctx, place, key, command).await?];
    message::show_own_ratings(&app.engine, &ctx, place, &mut rated).await?;
    let [rated] = rated;
    let answer = OpenAIMessageResponse::of(chat, rated);
    Ok(reply::json(StatusCode::OK, &answer))
}

fn command(request: RateRequest) -> Result<RateMessage> {
    let rating = request
        .rating
        .ok_or_else(|| Error::invalid("rating", "is required"))?;
    Ok(RateMessage {
        rating: rating.map(|word| match word {
            RatingWord::Up => Rating::Up,
            RatingWord::Down => Rating::Down,
        }),
        comment: request
            .comment
            .filter(|text| !text.trim().is_empty())
            .map(Private),
    })
}
