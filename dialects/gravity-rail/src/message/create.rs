//! `POST /chats/{chat_id}/messages`, named by developer/api/workspace/chats/messages: a member says something.
//!
//! The body is a JSON text or an object with `content`. With `stream: true`, or where the caller accepts
//! `text/event-stream`, the answer is a stream of events: the message as it was stored, and `[DONE]`. Between them an
//! assistant would answer; this server has none, so nobody is called and nothing is waited for.

use axum::extract::State;
use axum::response::Response;
use http::header::ACCEPT;
use http::{HeaderMap, StatusCode};
use parlor_engine::{conversation, message};
use parlor_kit::{App, Params, Payload, reply};
use parlor_model::conversation::ConversationKey;
use parlor_model::member::Kind;
use parlor_model::message::{CreateMessage, MessageKey, Role};

pub(crate) use super::request::MessageRequest;
use super::{OpenAIMessageResponse, writing};
use crate::auth::Caller;
use crate::{Fail, body, ids};

/// What streams are.
const EVENTS: &str = "text/event-stream";

/// Whoever takes part may, anybody else with `chats:write`. An agent that acts for itself speaks as an assistant.
pub(crate) async fn handle(
    State(app): State<App>,
    Caller(ctx): Caller,
    params: Params,
    headers: HeaderMap,
    payload: Payload,
) -> Result<Response, Fail> {
    let request = MessageRequest::read(payload).await?;
    let key = ids::chat(params.get("conversation"))?;
    let actor = ctx.member()?;
    let ctx = writing(ctx);
    let chat = conversation::find(&app.engine, &ctx, key).await?.number;
    let key = ConversationKey::Number(chat);
    let role = match actor.kind {
        Kind::Person | Kind::Contact => Role::User,
        Kind::Assistant => Role::Assistant,
    };
    let command = CreateMessage::new(key, Some(actor.number), role, request.content);
    let said = message::create(&app.engine, &ctx, command).await;
    let said = said.map_err(|error| body::renamed(error, &[("text", "content")]))?;
    let found = message::find(&app.engine, &ctx, key, MessageKey::Id(said.id)).await?;
    let answer = OpenAIMessageResponse::of(chat, found);
    if request.stream.unwrap_or_else(|| accepts_events(&headers)) {
        let event = serde_json::to_string(&answer).map_err(parlor_model::Error::internal)?;
        let stream = format!("data: {event}\n\ndata: [DONE]\n\n");
        return Ok(reply::bytes_of(StatusCode::OK, EVENTS, stream.into_bytes()));
    }
    Ok(reply::json(StatusCode::OK, &answer))
}

fn accepts_events(headers: &HeaderMap) -> bool {
    let accept = headers.get(ACCEPT).and_then(|value| value.to_str().ok());
    accept.is_some_and(|text| {
        text.split(',').any(|kind| {
            let kind = kind.split(';').next().unwrap_or_default();
            kind.trim().eq_ignore_ascii_case(EVENTS)
        })
    })
}
