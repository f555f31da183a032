//! `GET /chats/{chat_id}/export`, named by the vendor's command line: a chat with all its messages.

use axum::extract::State;
use axum::response::Response;
use parlor_engine::{conversation, message};
use parlor_kit::list_stream::{self, BatchSource, ItemBatch};
use parlor_kit::route::{Route, get};
use parlor_kit::{AppState, PathParams};
use parlor_model::Result;
use parlor_model::conversation::ConversationKey;
use parlor_model::keyset::SortOrder;
use parlor_model::message::MessageQuery;
use serde::Serialize;
use utoipa::ToSchema;

use super::{ChatResponse, render};
use crate::auth::Caller;
use crate::documented::{NO_CHAT, NO_SCOPE, workspace_path};
use crate::error::ErrorResponse;
use crate::message::OpenAIMessageResponse;
use crate::message::render_queue::MessageRenderQueue;
use crate::{HandlerError, ids};

/// Messages of one read.
const BATCH_ROWS: i64 = 500;

/// A chat and what was said in it.
#[derive(Serialize, ToSchema)]
struct ChatExport {
    chat: ChatResponse,
    /// All messages, oldest first.
    messages: Vec<OpenAIMessageResponse>,
}

/// Declares the route.
pub(crate) fn route() -> Route {
    get(workspace_path!("/chats/{conversation}/export"), handle)
        .doc("Gives a chat with everything that was said in it", "")
        .responds::<ChatExport>(200, "The chat and its messages.")
        .errors::<ErrorResponse>(&[NO_SCOPE, NO_CHAT])
}

/// The caller's own chat, or any with `chats:read`. The response is streamed while it is read; a failed read aborts the
/// connection.
async fn handle(
    State(app): State<AppState>,
    Caller(ctx): Caller,
    params: PathParams,
) -> Result<Response, HandlerError> {
    let key = ids::parse_chat_key(params.get("conversation"))?;
    let details = conversation::find_with_details(&app.engine, &ctx, key).await?;
    let (number, head) = (details.conversation.number, details.conversation.last_seq);
    let export = ChatExport {
        chat: render::render_one(&app, &ctx, details).await?,
        messages: Vec::new(),
    };
    let rows = ExportMessageSource {
        queue: MessageRenderQueue::new(app, ctx, number),
        after: 0,
        head,
    };
    Ok(list_stream::stream_list(&export, rows).await?)
}

/// Reads the messages of the response in batches.
struct ExportMessageSource {
    queue: MessageRenderQueue,
    /// Seq of the last message read.
    after: i64,
    /// Head of the log when the export began; later messages are left out.
    head: i64,
}

impl ExportMessageSource {
    /// Reads until the queue has a message or the log is read to `up_to`.
    async fn fill_queue(&mut self) -> Result<()> {
        while self.queue.is_empty() && self.after < self.head {
            let query = MessageQuery {
                after_seq: self.after,
                before_seq: self.head.saturating_add(1),
                limit: BATCH_ROWS,
                order: SortOrder::Ascending,
                conversational_only: false,
                ..MessageQuery::default()
            };
            let key = ConversationKey::Number(self.queue.chat);
            let (engine, ctx) = (&self.queue.app.engine, &self.queue.ctx);
            let found = message::list(engine, ctx, key, query).await?;
            self.after = match found.items.last() {
                Some(last) => last.seq,
                None => self.head,
            };
            self.queue.extend(found.items);
        }
        Ok(())
    }
}

impl BatchSource for ExportMessageSource {
    type Item = OpenAIMessageResponse;

    async fn next(&mut self) -> Result<ItemBatch<OpenAIMessageResponse>> {
        self.fill_queue().await?;
        Ok(ItemBatch {
            items: self.queue.render_next().await?,
            is_last: self.queue.is_empty() && self.after >= self.head,
        })
    }
}
