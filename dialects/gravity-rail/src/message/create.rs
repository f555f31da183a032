//! `POST /chats/{chat_id}/messages`, named by developer/api/workspace/chats/messages: sends a message as the caller.
//!
//! The body is a JSON text or an object with `content`. With `stream: true`, or if the caller accepts
//! `text/event-stream`, the response is an event stream: the stored message, the assistant's answer in OpenAI's chunks
//! while it is written, and `[DONE]`. Otherwise the response is the stored message, and the answer follows in the chat.

use axum::extract::State;
use axum::response::Response;
use http::HeaderMap;
use parlor_kit::route::{Route, post};
use parlor_kit::{AppState, PathParams, RequestBody, WriteTimeout};

use super::answer_chunk::Chunk;
pub(crate) use super::request::CreateMessageRequest;
use super::send::{SendContext, send};
use super::{OpenAIMessageResponse, VENDOR_PAGE};
use crate::auth::Caller;
use crate::documented::{BAD_BODY, NO_CHAT, NO_SCOPE, TOO_LARGE, workspace_path};
use crate::error::ErrorResponse;
use crate::{HandlerError, ids};

/// Declares the route.
pub(crate) fn route() -> Route {
    post(workspace_path!("/chats/{conversation}/messages"), handle)
        .doc("Says something in a chat", VENDOR_PAGE)
        .header("Accept", "`text/event-stream` for a stream of events.")
        .body::<CreateMessageRequest>()
        .responds::<OpenAIMessageResponse>(
            200,
            "The message; in a stream, what the assistant answers follows in chunks.",
        )
        .or_stream::<OpenAIMessageResponse>("text/event-stream")
        .ending_with("[DONE]")
        .or_json_schema::<Chunk<'_>>()
        .or_json_schema::<ErrorResponse>()
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
    write_timeout: WriteTimeout,
    payload: RequestBody,
) -> Result<Response, HandlerError> {
    let request = CreateMessageRequest::from_body(payload).await?;
    let key = ids::parse_chat_key(params.get("conversation"))?;
    let caller = SendContext {
        app: &app,
        ctx: &ctx,
        workspace: params.get("workspace"),
        headers: &headers,
        write_timeout,
    };
    Ok(send(caller, key, request).await?)
}
