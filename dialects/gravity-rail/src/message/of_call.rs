//! `GET /chats/{chat_id}/tool-calls/{call_id}/messages`, named by developer/api/workspace/chats/messages.

use axum::extract::State;
use axum::response::Response;
use http::StatusCode;
use parlor_engine::{conversation, message};
use parlor_kit::{App, Params, reply};
use parlor_model::conversation::ConversationKey;
use parlor_model::error::Noun;
use parlor_model::{Error, Result};
use serde::Serialize;
use utoipa::ToSchema;

use super::OpenAIMessageResponse;
use crate::auth::Caller;
use crate::{Fail, ids};

/// The message that makes a call and those that answer it, oldest first.
#[derive(Serialize, ToSchema)]
pub(crate) struct CallMessages(Vec<OpenAIMessageResponse>);

/// Longest id of a call, in characters.
const LONGEST: usize = 200;

/// One's own chat without a scope, any other with `chats:read`. A call that no message makes or answers is not found.
pub(crate) async fn handle(
    State(app): State<App>,
    Caller(ctx): Caller,
    params: Params,
) -> Result<Response, Fail> {
    let key = ids::chat(params.get("conversation"))?;
    let call = params.get("call");
    let chat = conversation::find(&app.engine, &ctx, key).await?.number;
    if call.is_empty() || call.contains('\0') || call.chars().count() > LONGEST {
        return Err(Error::not_found(Noun::Message).into());
    }
    let place = ConversationKey::Number(chat);
    let found = message::of_call(&app.engine, &ctx, place, call.to_owned()).await?;
    let messages = found
        .into_iter()
        .map(|message| OpenAIMessageResponse::of(chat, message))
        .collect();
    Ok(reply::json(StatusCode::OK, &CallMessages(messages)))
}
