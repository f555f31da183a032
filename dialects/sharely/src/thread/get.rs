//! `GET /v1/workspaces/{workspace}/agent/threads/{thread}`, after the page `api-reference/agent/threads`: a
//! thread with its newest messages, oldest first, and behind them what was begun and is not finished.

use axum::extract::State;
use axum::response::Response;
use parlor_engine::draft::{Begun, Drafts};
use parlor_engine::message;
use parlor_kit::pieces::{Piece, Pieces};
use parlor_kit::{App, Fail, Params};
use parlor_model::Result as Tried;
use parlor_model::conversation::ConversationKey;
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
    // What is begun is named first: one that is finished meanwhile is left out below, or shown as what became of it.
    let drafts = Drafts::of(&app.engine, &ctx, key, MOST).await?;
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
    drafts: Drafts,
}

impl Pieces for Talk {
    type Item = Message;

    async fn next(&mut self) -> Tried<Piece<Message>> {
        let mut items = Vec::new();
        if !self.said.is_over() {
            let said = self.said.next(&self.app.engine).await?;
            self.drafts
                .retain(|draft| said.iter().all(|message| message.id != *draft));
            let said = said.into_iter().filter(|message| is_shown(message.role));
            items.extend(said.map(Message::of));
        }
        if self.said.is_over() {
            let begun = self.drafts.next(&self.app.engine).await?;
            let begun = begun.into_iter().filter_map(|begun| match begun {
                Begun::Draft(draft) => Some(Message::of_draft(self.thread, *draft)),
                Begun::Said(said) => is_shown(said.role).then(|| Message::of(*said)),
            });
            items.extend(begun);
        }
        Ok(Piece {
            items,
            is_last: self.said.is_over() && self.drafts.is_over(),
        })
    }
}

fn is_shown(role: Role) -> bool {
    matches!(role, Role::User | Role::Assistant | Role::System)
}
