//! `POST /chats/{chat_id}/messages`, named by developer/api/workspace/chats/messages: sends a message as the caller.
//!
//! The body is a JSON text or an object with `content`. With `stream: true`, or if the caller accepts
//! `text/event-stream`, the response is an event stream with the stored message and `[DONE]`. The vendor streams the
//! assistant's answer between them; this server has no assistant and waits for none.

use axum::extract::State;
use axum::response::Response;
use http::header::ACCEPT;
use http::{HeaderMap, StatusCode};
use parlor_engine::{conversation, message};
use parlor_kit::route::{Route, post};
use parlor_kit::{AppState, PathParams, RequestBody, response};
use parlor_model::conversation::ConversationKey;
use parlor_model::member::MemberKind;
use parlor_model::message::{CreateMessage, MessageRole};
use parlor_model::{Ctx, Result};

pub(crate) use super::request::CreateMessageRequest;
use super::{OpenAIMessageResponse, StoredMessage, VENDOR_PAGE, with_message_scope};
use crate::auth::Caller;
use crate::documented::{BAD_BODY, NO_CHAT, NO_SCOPE, TOO_LARGE, workspace_path};
use crate::error::ErrorResponse;
use crate::respond::ok_json;
use crate::{HandlerError, body, ids};

/// Media type of the streamed response.
const EVENT_STREAM_MEDIA_TYPE: &str = "text/event-stream";

/// Declares the route.
pub(crate) fn route() -> Route {
    post(workspace_path!("/chats/{conversation}/messages"), handle)
        .doc("Says something in a chat", VENDOR_PAGE)
        .header("Accept", "`text/event-stream` for a stream of events.")
        .body::<CreateMessageRequest>()
        .responds::<OpenAIMessageResponse>(200, "The message.")
        .or_media_type("text/event-stream")
        .errors::<ErrorResponse>(&[
            BAD_BODY,
            NO_SCOPE,
            NO_CHAT,
            (409, "The chat is closed for good."),
            TOO_LARGE,
        ])
}

/// Allowed to participants, and to others with `chats:write`. An agent's own credential sends as an assistant.
async fn handle(
    State(app): State<AppState>,
    Caller(ctx): Caller,
    params: PathParams,
    headers: HeaderMap,
    payload: RequestBody,
) -> Result<Response, HandlerError> {
    let request = CreateMessageRequest::from_body(payload).await?;
    let key = ids::parse_chat_key(params.get("conversation"))?;
    let sent = send_message(&app, &ctx, key, request.content).await?;
    Ok(message_response(&sent, request.stream, &headers)?)
}

/// Renders a sent message as JSON or as an event stream.
pub(crate) fn message_response(
    sent: &OpenAIMessageResponse,
    stream: Option<bool>,
    headers: &HeaderMap,
) -> Result<Response> {
    if stream.unwrap_or_else(|| accepts_event_stream(headers)) {
        let event = serde_json::to_string(sent).map_err(parlor_model::Error::internal)?;
        let stream = format!("data: {event}\n\ndata: [DONE]\n\n");
        return Ok(response::from_bytes(
            StatusCode::OK,
            EVENT_STREAM_MEDIA_TYPE,
            stream.into_bytes(),
        ));
    }
    Ok(ok_json(sent))
}

/// Sends a message as the acting member. The result is built without another read: after an error nothing was stored.
pub(crate) async fn send_message(
    app: &AppState,
    ctx: &Ctx,
    key: ConversationKey,
    content: String,
) -> Result<OpenAIMessageResponse> {
    let actor = ctx.member()?;
    let ctx = with_message_scope(*ctx);
    let chat = conversation::find(&app.engine, &ctx, key).await?.number;
    let key = ConversationKey::Number(chat);
    let role = match actor.kind {
        MemberKind::Person | MemberKind::Contact => MessageRole::User,
        MemberKind::Assistant => MessageRole::Assistant,
    };
    let command = CreateMessage::new(key, Some(actor.number), role, content.clone());
    let created = message::create(&app.engine, &ctx, command).await;
    let created =
        created.map_err(|error| body::rename_error_field(error, &[("text", "content")]))?;
    Ok(OpenAIMessageResponse::from(StoredMessage {
        chat,
        appended: created,
        role,
        author: Some(actor.number),
        text: content,
        tool_calls: None,
        delivery: None,
    }))
}

fn accepts_event_stream(headers: &HeaderMap) -> bool {
    let accept = headers.get(ACCEPT).and_then(|value| value.to_str().ok());
    accept.is_some_and(|text| {
        text.split(',').any(|kind| {
            let kind = kind.split(';').next().unwrap_or_default();
            kind.trim().eq_ignore_ascii_case(EVENT_STREAM_MEDIA_TYPE)
        })
    })
}
