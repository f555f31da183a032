//! `GET /chats/{chat_id}/export`, named by the vendor's command line: one chat with everything that was said in it.

use axum::extract::State;
use axum::response::Response;
use parlor_engine::{conversation, message};
use parlor_kit::pieces::{self, Piece, Pieces};
use parlor_kit::{App, Params};
use parlor_model::Result;
use parlor_model::conversation::ConversationKey;
use parlor_model::message::MessageWalk;
use parlor_model::page::Order;
use serde::Serialize;
use utoipa::ToSchema;

use super::{ChatResponse, show};
use crate::auth::Caller;
use crate::message::OpenAIMessageResponse;
use crate::message::shown::Unrated;
use crate::{Fail, ids};

/// Messages that are looked for at a time.
const ROWS: i64 = 500;

/// A chat and what was said in it.
#[derive(Serialize, ToSchema)]
pub(crate) struct ChatExport {
    chat: ChatResponse,
    /// All messages, oldest first.
    messages: Vec<OpenAIMessageResponse>,
}

/// One's own chat, or any with `chats:read`. Sent while it is read: what fails on the way breaks the answer off.
pub(crate) async fn handle(
    State(app): State<App>,
    Caller(ctx): Caller,
    params: Params,
) -> Result<Response, Fail> {
    let key = ids::chat(params.get("conversation"))?;
    let whole = conversation::whole(&app.engine, &ctx, key).await?;
    let (number, up_to) = (whole.conversation.number, whole.conversation.last_seq);
    let export = ChatExport {
        chat: show::one(&app, &ctx, whole).await?,
        messages: Vec::new(),
    };
    let rows = Rows {
        unrated: Unrated::new(app, ctx, number),
        after: 0,
        up_to,
    };
    Ok(pieces::answer(&export, rows).await?)
}

/// The messages of an answer.
struct Rows {
    unrated: Unrated,
    /// Read up to here.
    after: i64,
    /// What is said meanwhile is left to another export.
    up_to: i64,
}

impl Rows {
    /// Reads on until there is something to show, or nothing more.
    async fn read(&mut self) -> Result<()> {
        while self.unrated.is_empty() && self.after < self.up_to {
            let walk = MessageWalk {
                after_seq: self.after,
                before_seq: self.up_to.saturating_add(1),
                limit: ROWS,
                order: Order::Ascending,
                said_only: false,
                ..MessageWalk::default()
            };
            let key = ConversationKey::Number(self.unrated.chat);
            let (engine, ctx) = (&self.unrated.app.engine, &self.unrated.ctx);
            let found = message::list(engine, ctx, key, walk).await?;
            self.after = match found.items.last() {
                Some(last) => last.seq,
                None => self.up_to,
            };
            self.unrated.extend(found.items);
        }
        Ok(())
    }
}

impl Pieces for Rows {
    type Item = OpenAIMessageResponse;

    async fn next(&mut self) -> Result<Piece<OpenAIMessageResponse>> {
        self.read().await?;
        Ok(Piece {
            items: self.unrated.take().await?,
            is_last: self.unrated.is_empty() && self.after >= self.up_to,
        })
    }
}
