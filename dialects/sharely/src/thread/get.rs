//! `GET /v1/workspaces/{workspace}/agent/threads/{thread}`, after the page `api-reference/agent/threads`: a
//! thread with its newest messages, oldest first, and behind them what was begun and is not finished.

use axum::extract::State;
use axum::response::Response;
use parlor_engine::{draft, message};
use parlor_kit::pieces::{Piece, Pieces};
use parlor_kit::{App, Fail, Params};
use parlor_model::Result as Tried;
use parlor_model::conversation::ConversationKey;
use parlor_model::draft::Draft;
use parlor_model::id::ConversationId;
use parlor_model::message::{MessageWalk, Role};
use parlor_model::page::Order;
use serde::Serialize;
use utoipa::ToSchema;

use super::Thread;
use super::message::Message;
use crate::auth::Agent;
use crate::{Sharely, reply};

/// Messages shown at the most, and as many drafts.
const MOST: i64 = 1_000;

/// A thread with its messages. After `api-reference/agent/threads`.
#[derive(Serialize, ToSchema)]
#[schema(as = WholeThread)]
pub(crate) struct Whole {
    #[serde(flatten)]
    thread: Thread,
    /// Oldest first; what is not finished comes last, with `content` null.
    messages: Vec<Message>,
}

pub(crate) async fn handle(
    State(app): State<App>,
    agent: Agent,
    params: Params,
) -> Result<Response, Fail<Sharely>> {
    let thread = agent.thread(&app, &params).await?;
    let (id, ctx) = (thread.conversation.id, agent.ctx());
    let key = ConversationKey::Number(thread.conversation.number);
    let walk = MessageWalk {
        limit: MOST,
        order: Order::Descending,
        said_only: false,
        ..MessageWalk::default()
    };
    // Drafts first: one that is finished meanwhile is shown twice rather than not at all, and then left out below.
    let drafts = draft::list(&app.engine, &ctx, key, MOST).await?;
    let said = message::Pieces::of_newest(&app.engine, &ctx, key, walk).await?;
    let envelope = Whole {
        thread: agent.shown(thread),
        messages: Vec::new(),
    };
    let talk = Talk {
        app,
        thread: id,
        said,
        drafts,
    };
    Ok(reply::pieces(&envelope, talk).await?)
}

/// What was said in a thread, and what is being said.
struct Talk {
    app: App,
    thread: ConversationId,
    said: message::Pieces,
    drafts: Vec<Draft>,
}

impl Pieces for Talk {
    type Item = Message;

    async fn next(&mut self) -> Tried<Piece<Message>> {
        let said = self.said.next(&self.app.engine).await?;
        self.drafts
            .retain(|draft| said.iter().all(|message| message.id != draft.id));
        let shown = |role: Role| matches!(role, Role::User | Role::Assistant | Role::System);
        let said = said.into_iter().filter(|message| shown(message.role));
        let mut items: Vec<Message> = said.map(Message::of).collect();
        let is_last = self.said.is_over();
        if is_last {
            let drafts = self.drafts.drain(..);
            items.extend(drafts.map(|draft| Message::of_draft(self.thread, draft)));
        }
        Ok(Piece { items, is_last })
    }
}
