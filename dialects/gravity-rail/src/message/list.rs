//! `GET /chats/{chat_id}/messages`, after developer/api/workspace/chats/messages, which names it twice: with `page` or
//! `pageSize` in the query it answers a page with a total, otherwise a bare array.

use axum::extract::State;
use axum::response::Response;
use parlor_engine::{conversation, message};
use parlor_kit::pieces::{self, Piece, Pieces};
use parlor_kit::{App, Params, Query};
use parlor_model::conversation::ConversationKey;
use parlor_model::message::MessageWalk;
use parlor_model::page::Order;
use parlor_model::workspace::ListShape;
use parlor_model::{Ctx, Result};
use serde::Serialize;
use utoipa::ToSchema;

use super::OpenAIMessageResponse;
use super::shown::Unrated;
use crate::auth::Caller;
use crate::question::asked;
use crate::{Fail, ids, page};

/// A page of messages.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct MessagesPage {
    /// The rows of this page.
    items: Vec<OpenAIMessageResponse>,
    /// How many rows all pages have.
    total: i64,
    /// This page, from 1.
    page: i64,
    /// Rows of a page.
    page_size: i64,
    /// How many pages there are.
    total_pages: i64,
}

/// Messages, newest first. A workspace whose lists all have one shape has this one in it too.
#[derive(Serialize, ToSchema)]
#[serde(untagged)]
pub(crate) enum Messages {
    /// With `page` or `pageSize`.
    Page(MessagesPage),
    /// Otherwise.
    Array(Vec<OpenAIMessageResponse>),
}

/// Rows unless asked otherwise, and at the most.
const ROWS: i64 = 10;
const MOST: i64 = 100;

/// Newest first. One's own chat without a scope, any other with `chats:read`.
pub(crate) async fn handle(
    State(app): State<App>,
    Caller(ctx): Caller,
    params: Params,
    query: Query,
) -> Result<Response, Fail> {
    let key = ids::chat(params.get("conversation"));
    let stretch = Stretch::read(&query)?;
    Ok(stretch.answer(app, &ctx, key?).await?)
}

/// Which messages are asked for, and in which form.
pub(crate) enum Stretch {
    Page(page::Asked),
    Array { limit: i64, offset: i64 },
}

impl Stretch {
    /// `page` and `pageSize`, or else `limit` and `offset`.
    pub(crate) fn read(query: &Query) -> Result<Self> {
        if query.get("page").is_some() || query.get("pageSize").is_some() {
            return page::Asked::read(query).map(Self::Page);
        }
        Ok(Self::Array {
            limit: asked(query.int("limit", ROWS, 1, MOST))?,
            offset: asked(query.int("offset", 0, 0, i64::MAX))?,
        })
    }

    /// An answer without messages. Where all lists are arrays or all are pages, this one is too.
    pub(crate) fn empty(&self, total: i64) -> Messages {
        match self {
            Self::Page(asked) => Messages::Page(MessagesPage {
                items: Vec::new(),
                total,
                page: asked.page,
                page_size: asked.size,
                total_pages: asked.pages(total),
            }),
            Self::Array { .. } => Messages::Array(Vec::new()),
        }
    }

    /// Those messages of a chat. Neither form can say that a page is shorter than asked for, so a long one is sent while
    /// it is read.
    pub(crate) async fn answer(
        self,
        app: App,
        ctx: &Ctx,
        key: ConversationKey,
    ) -> Result<Response> {
        let (limit, offset) = match &self {
            Self::Page(asked) => (asked.size, asked.offset()),
            Self::Array { limit, offset } => (*limit, *offset),
        };
        let shaped = match (page::shape(&app, ctx).await?, self) {
            (ListShape::Envelope, Self::Array { limit, offset }) => {
                Self::Page(page::Asked::behind(offset, limit))
            }
            (ListShape::Array, Self::Page(_)) => Self::Array { limit, offset },
            (_, documented) => documented,
        };
        let walk = MessageWalk {
            offset,
            limit,
            order: Order::Descending,
            said_only: false,
            ..MessageWalk::default()
        };
        let chat = conversation::find(&app.engine, ctx, key).await?.number;
        let key = ConversationKey::Number(chat);
        let total = match &shaped {
            Self::Page(_) => message::total(&app.engine, ctx, key, false).await?,
            Self::Array { .. } => 0,
        };
        let rows = Rows {
            messages: message::Pieces::new(ctx, key, walk),
            unrated: Unrated::new(app, *ctx, chat),
        };
        pieces::answer(&shaped.empty(total), rows).await
    }
}

/// The messages of an answer.
struct Rows {
    messages: message::Pieces,
    unrated: Unrated,
}

impl Pieces for Rows {
    type Item = OpenAIMessageResponse;

    async fn next(&mut self) -> Result<Piece<OpenAIMessageResponse>> {
        if self.unrated.is_empty() {
            let read = self.messages.next(&self.unrated.app.engine).await?;
            self.unrated.extend(read);
        }
        Ok(Piece {
            items: self.unrated.take().await?,
            is_last: self.unrated.is_empty() && self.messages.is_over(),
        })
    }
}
