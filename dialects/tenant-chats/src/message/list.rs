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
        Some(_) => found.items.len() > limit || found.is_cut,
    };
    found.items.truncate(limit);
    if stretch.is_some_and(|stretch| stretch.order(page.order) != page.order) {
        found.items.reverse();
    }
    let body = Messages {
        messages: found.items.into_iter().map(ChatMessage::of).collect(),
        total: found.total,
        offset: page.offset,
        limit: page.limit,
        has_more,
    };
    Ok(reply::json(StatusCode::OK, &body))
}

/// Messages between two positions, so that pages do not shift while messages arrive. A page is taken from the end that is
/// named, nearest first; where both are, from the one that the order begins with.
#[derive(Debug, Clone, Copy)]
struct Stretch {
    after: Option<i64>,
    before: Option<i64>,
}

impl Stretch {
    fn read(query: &Query) -> Result<Option<Self>> {
        let position = |name| match query.get(name) {
            None => Ok(None),
            Some(_) => query.int(name, 0, 0, i64::MAX).map(Some),
        };
        let (after, before) = (position("after_seq")?, position("before_seq")?);
        if after.is_none() && before.is_none() {
            return Ok(None);
        }
        if query.get("offset").is_some() {
            return Err(Error::invalid(
                "offset",
                "must not be mixed with after_seq or before_seq",
            ));
        }
        Ok(Some(Self { after, before }))
    }

    /// The order in which the page is read.
    fn order(self, shown: Order) -> Order {
        match (self.after, self.before) {
            (Some(_), None) => Order::Ascending,
            (None, Some(_)) => Order::Descending,
            (Some(_), Some(_)) | (None, None) => shown,
        }
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
        Some(stretch) => MessageWalk {
            after_seq: stretch.after.unwrap_or(0),
            before_seq: stretch.before.unwrap_or(i64::MAX),
            limit: page.limit + 1,
            order: stretch.order(page.order),
            ..whole
        },
    }
}
