//! `GET /chats/{chat_id}/tool-calls/{call_id}/messages`, named by developer/api/workspace/chats/messages.

use axum::extract::State;
use axum::response::Response;
use parlor_engine::{conversation, message};
use parlor_kit::list_stream::{self, BatchSource, ItemBatch};
use parlor_kit::route::{Route, get};
use parlor_kit::{AppState, PathParams};
use parlor_model::error::EntityKind;
use parlor_model::{Error, Result};
use serde::Serialize;
use utoipa::ToSchema;

use super::render_queue::MessageRenderQueue;
use super::{OpenAIMessageResponse, VENDOR_PAGE};
use crate::auth::Caller;
use crate::documented::{NO_SCOPE, workspace_path};
use crate::error::ErrorResponse;
use crate::{HandlerError, ids};

/// The message that makes a call and those that answer it, oldest first.
#[derive(Serialize, ToSchema)]
#[schema(as = CallMessages)]
struct ToolCallMessagesResponse(Vec<OpenAIMessageResponse>);

/// Limit of a call's id.
const MAX_CALL_ID_CHARS: usize = 200;

/// Declares the route.
pub(crate) fn route() -> Route {
    get(
        workspace_path!("/chats/{conversation}/tool-calls/{call}/messages"),
        handle,
    )
    .doc("Lists the messages of a tool call", VENDOR_PAGE)
    .responds::<ToolCallMessagesResponse>(200, "The messages, oldest first.")
    .errors::<ErrorResponse>(&[NO_SCOPE, (404, "No such chat or call.")])
}

/// The caller's own chat, or any with `chats:read`. A call without messages is not found.
async fn handle(
    State(app): State<AppState>,
    Caller(ctx): Caller,
    params: PathParams,
) -> Result<Response, HandlerError> {
    let key = ids::parse_chat_key(params.get("conversation"))?;
    let call = params.get("call");
    let chat = conversation::find(&app.engine, &ctx, key).await?.number;
    if call.is_empty() || call.contains('\0') || call.chars().count() > MAX_CALL_ID_CHARS {
        return Err(Error::not_found(EntityKind::Message).into());
    }
    let rows = ToolCallMessageSource {
        call: call.to_owned(),
        queue: MessageRenderQueue::new(app, ctx, chat),
        after: Some(0),
        is_found: false,
    };
    Ok(list_stream::stream_list(&ToolCallMessagesResponse(Vec::new()), rows).await?)
}

/// Reads the messages of the response in batches.
struct ToolCallMessageSource {
    queue: MessageRenderQueue,
    call: String,
    /// Seq up to which the log was searched; `None` at its end.
    after: Option<i64>,
    is_found: bool,
}

impl BatchSource for ToolCallMessageSource {
    type Item = OpenAIMessageResponse;

    async fn next(&mut self) -> Result<ItemBatch<OpenAIMessageResponse>> {
        while self.queue.is_empty()
            && let Some(after) = self.after
        {
            let (engine, ctx) = (&self.queue.app.engine, &self.queue.ctx);
            let (key, call) = (self.queue.chat_key(), self.call.clone());
            let found = message::find_by_tool_call(engine, ctx, key, call, after).await?;
            self.after = found.next;
            self.queue.extend(found.messages);
        }
        self.is_found |= !self.queue.is_empty();
        if !self.is_found {
            return Err(Error::not_found(EntityKind::Message));
        }
        Ok(ItemBatch {
            items: self.queue.render_next().await?,
            is_last: self.queue.is_empty() && self.after.is_none(),
        })
    }
}
