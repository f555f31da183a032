//! `POST /chats/{chat_id}/read`, after www:direct-messages: how far the caller has read. Never backwards.

use axum::extract::State;
use axum::response::Response;
use http::StatusCode;
use parlor_engine::{conversation, participant};
use parlor_kit::ids::parse_dashed;
use parlor_kit::{App, Params, Payload, reply};
use parlor_model::Error;
use parlor_model::conversation::ConversationKey;
use parlor_model::message::MessageKey;
use parlor_model::participant::ReadTo;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::auth::Caller;
use crate::{Fail, body, ids};

/// Up to where.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ReadRequest {
    /// Everything when absent.
    #[schema(format = "uuid")]
    message_uuid: Option<String>,
}

/// Where the caller's mark stands now.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ReadResponse {
    chat_id: i64,
    last_read_message_uuid: Option<String>,
    unread_count: i64,
}

/// Whoever takes part may. The others see `lastReadAt` in `participants`.
pub(crate) async fn handle(
    State(app): State<App>,
    Caller(ctx): Caller,
    params: Params,
    payload: Payload,
) -> Result<Response, Fail> {
    let request: ReadRequest = body::read(payload).await?;
    let message = request.message_uuid.map(|text| {
        let id = parse_dashed(&text);
        id.ok_or_else(|| Error::invalid("messageUuid", "must be a UUID"))
    });
    let message = message.transpose()?;
    let key = ids::chat(params.get("conversation"))?;
    let chat = conversation::find(&app.engine, &ctx, key).await?.number;
    let to = match message {
        None => ReadTo::All,
        Some(id) => ReadTo::Message(MessageKey::Id(id)),
    };
    let place = ConversationKey::Number(chat);
    let left = participant::read(&app.engine, &ctx, place, to).await?;
    let answer = ReadResponse {
        chat_id: chat,
        last_read_message_uuid: left.last_read.map(ids::uuid),
        unread_count: left.unread,
    };
    Ok(reply::json(StatusCode::OK, &answer))
}
