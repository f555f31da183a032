//! `POST /chats/{chat_id}/read`, after www:direct-messages: moves the caller's read mark, never backwards.

use axum::extract::State;
use axum::response::Response;
use parlor_engine::{conversation, participant};
use parlor_kit::ids::parse_uuid;
use parlor_kit::route::{Route, post};
use parlor_kit::{AppState, PathParams, RequestBody};
use parlor_model::Error;
use parlor_model::conversation::ConversationKey;
use parlor_model::message::MessageKey;
use parlor_model::participant_commands::ReadTarget;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::auth::Caller;
use crate::documented::{BAD_BODY, NO_SCOPE, TOO_LARGE, workspace_path};
use crate::error::ErrorResponse;
use crate::respond::ok_json;
use crate::{HandlerError, body, ids};

/// Up to where.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = ReadRequest)]
struct MarkReadRequest {
    /// Everything when absent.
    #[schema(format = "uuid")]
    message_uuid: Option<String>,
}

/// Where the caller's mark stands now.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = ReadResponse)]
struct MarkReadResponse {
    chat_id: i64,
    last_read_message_uuid: Option<String>,
    unread_count: i64,
}

/// Declares the route.
pub(crate) fn route() -> Route {
    post(workspace_path!("/chats/{conversation}/read"), handle)
        .doc("Says how far the caller has read", "")
        .body::<MarkReadRequest>()
        .optional()
        .responds::<MarkReadResponse>(200, "Where the mark stands now.")
        .errors::<ErrorResponse>(&[
            BAD_BODY,
            NO_SCOPE,
            (404, "No such chat or message."),
            TOO_LARGE,
        ])
}

/// Allowed to every participant. Others see the mark as `lastReadAt` in `participants`.
async fn handle(
    State(app): State<AppState>,
    Caller(ctx): Caller,
    params: PathParams,
    payload: RequestBody,
) -> Result<Response, HandlerError> {
    let request: MarkReadRequest = body::parse(payload).await?;
    let message = request.message_uuid.map(|text| {
        let id = parse_uuid(&text);
        id.ok_or_else(|| Error::invalid("messageUuid", "must be a UUID"))
    });
    let message = message.transpose()?;
    let key = ids::parse_chat_key(params.get("conversation"))?;
    let chat = conversation::find(&app.engine, &ctx, key).await?.number;
    let target = match message {
        None => ReadTarget::All,
        Some(id) => ReadTarget::Message(MessageKey::Id(id)),
    };
    let conversation = ConversationKey::Number(chat);
    let read_state = participant::mark_read(&app.engine, &ctx, conversation, target).await?;
    let answer = MarkReadResponse {
        chat_id: chat,
        last_read_message_uuid: read_state.last_read.map(ids::format_uuid),
        unread_count: read_state.unread,
    };
    Ok(ok_json(&answer))
}
