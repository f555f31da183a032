//! `GET /v1/workspaces/{workspace}/agent/threads/{thread}`, after the page `api-reference/agent/threads`: a
//! thread with its newest messages, oldest first, and behind them what was begun and is not finished.

use axum::extract::State;
use axum::response::Response;
use parlor_engine::draft::{DraftBatches, DraftOrMessage};
use parlor_engine::message;
use parlor_kit::list_stream::{BatchSource, ItemBatch};
use parlor_kit::{AppState, DialectError, PathParams};
use parlor_model::Result as Tried;
use parlor_model::conversation::ConversationKey;
use parlor_model::id::ConversationId;
use parlor_model::keyset::SortOrder;
use parlor_model::message::{MessageQuery, MessageRole};
use serde::Serialize;
use utoipa::ToSchema;

use super::ThreadResponse;
use super::message::ThreadMessage;
use crate::auth::AgentCaller;
use crate::{Sharely, response};

/// Messages shown at the most, and as many drafts.
const MAX_MESSAGES: i64 = 1_000;

/// A thread with its messages. After `api-reference/agent/threads`.
#[derive(Serialize, ToSchema)]
#[schema(as = WholeThread)]
pub(crate) struct ThreadWithMessages {
    #[serde(flatten)]
    thread: ThreadResponse,
    /// Oldest first; what is not finished comes last, with `content` null.
    messages: Vec<ThreadMessage>,
}

pub(crate) async fn handle(
    State(app): State<AppState>,
    agent: AgentCaller,
    params: PathParams,
) -> Result<Response, DialectError<Sharely>> {
    let thread = agent.find_thread_in_path(&app, &params).await?;
    let (id, ctx) = (thread.conversation.id, agent.context());
    let key = ConversationKey::Number(thread.conversation.number);
    let walk = MessageQuery {
        limit: MAX_MESSAGES,
        order: SortOrder::Descending,
        conversational_only: false,
        ..MessageQuery::default()
    };
    // What is begun is named first: one that is finished meanwhile is left out below, or shown as what became of it.
    let drafts = DraftBatches::load(&app.engine, &ctx, key, MAX_MESSAGES).await?;
    let said = message::MessageBatches::from_newest(&app.engine, &ctx, key, walk).await?;
    let envelope = ThreadWithMessages {
        thread: agent.render_thread(thread),
        messages: Vec::new(),
    };
    let talk = ThreadPieces {
        app,
        thread: id,
        messages: said,
        drafts,
    };
    Ok(response::ok_streamed(&envelope, talk).await?)
}

/// What was said in a thread, and what is being said.
struct ThreadPieces {
    app: AppState,
    thread: ConversationId,
    messages: message::MessageBatches,
    drafts: DraftBatches,
}

impl BatchSource for ThreadPieces {
    type Item = ThreadMessage;

    async fn next(&mut self) -> Tried<ItemBatch<ThreadMessage>> {
        let mut items = Vec::new();
        if !self.messages.is_finished() {
            let said = self.messages.next(&self.app.engine).await?;
            self.drafts
                .retain(|draft| said.iter().all(|message| message.id != *draft));
            let said = said.into_iter().filter(|message| is_shown(message.role));
            items.extend(said.map(ThreadMessage::from_message));
        }
        if self.messages.is_finished() {
            let begun = self.drafts.next(&self.app.engine).await?;
            let begun = begun.into_iter().filter_map(|begun| match begun {
                DraftOrMessage::Draft(draft) => {
                    Some(ThreadMessage::from_draft(self.thread, *draft))
                }
                DraftOrMessage::Message(said) => {
                    is_shown(said.role).then(|| ThreadMessage::from_message(*said))
                }
            });
            items.extend(begun);
        }
        Ok(ItemBatch {
            items,
            is_last: self.messages.is_finished() && self.drafts.is_finished(),
        })
    }
}

fn is_shown(role: MessageRole) -> bool {
    matches!(
        role,
        MessageRole::User | MessageRole::Assistant | MessageRole::System
    )
}
