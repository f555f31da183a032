//! `GET /v1/workspaces/{workspace}/agent/threads/{thread}`, after the page `api-reference/agent/threads`:
//! returns a thread with its newest messages, oldest first, followed by its drafts.

use axum::extract::State;
use axum::response::Response;
use parlor_engine::draft::{DraftBatches, DraftOrMessage};
use parlor_engine::message;
use parlor_kit::list_stream::{BatchSource, ItemBatch};
use parlor_kit::route::{Auth, Route, get};
use parlor_kit::{AppState, PathParams};
use parlor_model::Result;
use parlor_model::conversation::ConversationKey;
use parlor_model::id::ConversationId;
use parlor_model::keyset::SortOrder;
use parlor_model::message::{MessageQuery, MessageRole};
use parlor_model::scope::{Resource, Scope};
use serde::Serialize;
use utoipa::ToSchema;

use super::THREADS_PAGE;
use super::ThreadResponse;
use super::message::ThreadMessage;
use super::tool_call_joiner::ToolCallJoiner;
use crate::auth::AgentCaller;
use crate::documented::{NOT_FOUND, PathPrefix, organization_optional, prefixed_path};
use crate::error::ErrorResponse;
use crate::{HandlerError, response};

/// Maximum number of messages, and of drafts.
const MAX_MESSAGES: i64 = 1_000;

/// A thread with its messages. After `api-reference/agent/threads`.
#[derive(Serialize, ToSchema)]
#[schema(as = WholeThread)]
struct ThreadWithMessages {
    #[serde(flatten)]
    thread: ThreadResponse,
    /// Oldest first; what is not finished comes last, with `content` null.
    messages: Vec<ThreadMessage>,
}

/// Declares the route under a prefix.
pub(crate) fn route(prefix: PathPrefix) -> Route {
    let path = prefixed_path!(prefix, "/workspaces/{workspace}/agent/threads/{thread}");
    organization_optional(get(path, handle), Auth::Bearer)
        .doc("A thread with its messages.", THREADS_PAGE)
        .scope(Scope::read(Resource::Conversations))
        .responds::<ThreadWithMessages>(200, "The thread.")
        .errors::<ErrorResponse<'_>>(&[NOT_FOUND])
}

async fn handle(
    State(app): State<AppState>,
    agent: AgentCaller,
    params: PathParams,
) -> Result<Response, HandlerError> {
    let thread = agent.find_thread_in_path(&app, &params).await?;
    let (id, ctx) = (thread.conversation.id, agent.context());
    let key = ConversationKey::Number(thread.conversation.number);
    let query = MessageQuery {
        limit: MAX_MESSAGES,
        order: SortOrder::Descending,
        conversational_only: false,
        ..MessageQuery::default()
    };
    // The ids of drafts are read first: a draft that is published in the meantime is removed by the batches below, or
    // rendered as the message it became.
    let drafts = DraftBatches::load(&app.engine, &ctx, key, MAX_MESSAGES).await?;
    let messages = message::MessageBatches::from_newest(&app.engine, &ctx, key, query).await?;
    let envelope = ThreadWithMessages {
        thread: agent.render_thread(thread),
        messages: Vec::new(),
    };
    let batches = ThreadMessageBatches {
        app,
        thread: id,
        messages,
        tool_calls: ToolCallJoiner::default(),
        drafts,
    };
    Ok(response::ok_streamed(&envelope, batches).await?)
}

/// Batches of a thread's messages, then of its drafts.
struct ThreadMessageBatches {
    app: AppState,
    thread: ConversationId,
    messages: message::MessageBatches,
    tool_calls: ToolCallJoiner,
    drafts: DraftBatches,
}

impl BatchSource for ThreadMessageBatches {
    type Item = ThreadMessage;

    async fn next(&mut self) -> Result<ItemBatch<ThreadMessage>> {
        let mut items = Vec::new();
        if !self.messages.is_finished() {
            let messages = self.messages.next(&self.app.engine).await?;
            self.drafts
                .retain(|draft| messages.iter().all(|message| message.id != *draft));
            let messages = messages
                .into_iter()
                .filter(|message| is_visible(message.role) || message.role == MessageRole::Tool);
            items.extend(messages.flat_map(|message| self.tool_calls.push(message)));
        }
        if self.messages.is_finished() {
            items.extend(self.tool_calls.finish());
            let drafts = self.drafts.next(&self.app.engine).await?;
            let drafts = drafts.into_iter().filter_map(|item| match item {
                DraftOrMessage::Draft(draft) => {
                    Some(ThreadMessage::from_draft(self.thread, *draft))
                }
                DraftOrMessage::Message(message) => {
                    is_visible(message.role).then(|| ThreadMessage::from_message(*message))
                }
            });
            items.extend(drafts);
        }
        Ok(ItemBatch {
            items,
            is_last: self.messages.is_finished() && self.drafts.is_finished(),
        })
    }
}

fn is_visible(role: MessageRole) -> bool {
    matches!(
        role,
        MessageRole::User | MessageRole::Assistant | MessageRole::System
    )
}
