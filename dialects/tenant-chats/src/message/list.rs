//! `GET /api/v1/chats/{conversation}/messages`, after api-reference/chats/get-messages.

use axum::extract::State;
use axum::response::Response;
use http::StatusCode;
use parlor_engine::message;
use parlor_kit::{App, Params, Query, reply};
use parlor_model::message::MessageWalk;
use parlor_model::page::Order;
use parlor_model::{Error, Result};
use serde::Serialize;
use utoipa::ToSchema;

use super::ChatMessage;
use crate::auth::Caller;
use crate::page::Page;
use crate::{Fail, ids};

/// A page of a chat's messages.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Messages {
    messages: Vec<ChatMessage>,
    /// How many messages the chat has.
    total: i64,
    offset: i64,
    limit: i64,
    has_more: bool,
}

/// Checks in this order: key, query, id.
pub(crate) async fn handle(
    State(app): State<App>,
    Caller(ctx): Caller,
    params: Params,
    query: Query,
) -> Result<Response, Fail> {
    let page = Page::read(&query, Order::Ascending)?;
    let stretch = Stretch::read(&query)?;
    let key = ids::chat(params.get("conversation"))?;
    let mut found = message::list(&app.engine, &ctx, key, walk(&page, stretch)).await?;
    let limit = usize::try_from(page.limit).unwrap_or(usize::MAX);
    let has_more = match stretch {
        None => page.has_more(found.items.len(), found.total),
        Some(_) => found.items.len() > limit,
    };
    found.items.truncate(limit);
    let body = Messages {
        messages: found.items.into_iter().map(ChatMessage::of).collect(),
        total: found.total,
        offset: page.offset,
        limit: page.limit,
        has_more,
    };
    Ok(reply::json(StatusCode::OK, &body))
}

/// Messages between two positions, so that pages do not shift while messages arrive.
#[derive(Debug, Clone, Copy)]
struct Stretch {
    after: i64,
    before: i64,
}

impl Stretch {
    fn read(query: &Query) -> Result<Option<Self>> {
        let named = ["after_seq", "before_seq"].map(|name| query.get(name).is_some());
        if named == [false, false] {
            return Ok(None);
        }
        if query.get("offset").is_some() {
            return Err(Error::invalid(
                "offset",
                "must not be mixed with after_seq or before_seq",
            ));
        }
        Ok(Some(Self {
            after: query.int("after_seq", 0, 0, i64::MAX)?,
            before: query.int("before_seq", i64::MAX, 0, i64::MAX)?,
        }))
    }
}

fn walk(page: &Page, stretch: Option<Stretch>) -> MessageWalk {
    let whole = MessageWalk {
        offset: page.offset,
        limit: page.limit,
        order: page.order,
        ..MessageWalk::default()
    };
    match stretch {
        None => whole,
        // One row beyond the page tells whether there are more.
        Some(Stretch { after, before }) => MessageWalk {
            after_seq: after,
            before_seq: before,
            limit: page.limit + 1,
            ..whole
        },
    }
}
