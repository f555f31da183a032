//! `GET /api/v1/chats/{conversation}/messages`, after api-reference/chats/get-messages.

use axum::extract::State;
use axum::response::Response;
use http::StatusCode;
use parlor_engine::message;
use parlor_kit::route::{ParameterKind, Route, get};
use parlor_kit::{AppState, PathParams, QueryParams, response};
use parlor_model::keyset::SortOrder;
use parlor_model::message::MessageQuery;
use parlor_model::{Error, Result};
use serde::Serialize;
use utoipa::ToSchema;

use super::MessageResponse;
use crate::auth::Caller;
use crate::documented::{BAD_QUERY, NO_CHAT, ORDER_VALUES, READ_SCOPE, with_page_params};
use crate::error::ErrorResponse;
use crate::page::PageQuery;
use crate::{HandlerError, ids};

/// A page of a chat's messages.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Messages)]
struct ListMessagesResponse {
    messages: Vec<MessageResponse>,
    /// How many messages the chat has.
    total: i64,
    offset: i64,
    limit: i64,
    has_more: bool,
}

/// Declares the route.
pub(crate) fn route() -> Route {
    with_page_params(
        get("/api/v1/chats/{conversation}/messages", handle)
            .doc("Lists a chat's messages", "api-reference/chats/get-messages")
            .scope(READ_SCOPE),
    )
    .query("order", ParameterKind::OneOf(ORDER_VALUES), "`asc` (by default) or `desc`.")
    .query(
        "after_seq",
        ParameterKind::AtLeast(0),
        "Only messages after this position, instead of `offset`: the nearest, where `before_seq` is absent.",
    )
    .query(
        "before_seq",
        ParameterKind::AtLeast(0),
        "Only messages before this position, instead of `offset`: the nearest, where `after_seq` is absent.",
    )
    .responds::<ListMessagesResponse>(200, "A page of messages.")
    .errors::<ErrorResponse>(&[BAD_QUERY, NO_CHAT])
}

/// Checks in this order: key, query, id.
async fn handle(
    State(app): State<AppState>,
    Caller(ctx): Caller,
    params: PathParams,
    query: QueryParams,
) -> Result<Response, HandlerError> {
    let page = PageQuery::from_query(&query, SortOrder::Ascending)?;
    let range = SeqRangeQuery::from_query(&query)?;
    let key = ids::parse_chat_id(params.get("conversation"))?;
    let mut found = message::list(&app.engine, &ctx, key, message_query(&page, range)).await?;
    let limit = usize::try_from(page.limit).unwrap_or(usize::MAX);
    let has_more = match range {
        None => page.has_more(found.items.len(), found.total),
        Some(_) => found.items.len() > limit || found.is_truncated,
    };
    found.items.truncate(limit);
    if range.is_some_and(|range| range.read_order(page.order) != page.order) {
        found.items.reverse();
    }
    let body = ListMessagesResponse {
        messages: found
            .items
            .into_iter()
            .map(MessageResponse::from_message)
            .collect(),
        total: found.total,
        offset: page.offset,
        limit: page.limit,
        has_more,
    };
    Ok(response::json(StatusCode::OK, &body))
}

/// A range of seqs to read instead of an offset, so that pages do not shift when messages arrive. The page starts next to
/// the bound that is given; if both are, next to the bound at which the order starts.
#[derive(Debug, Clone, Copy)]
struct SeqRangeQuery {
    after: Option<i64>,
    before: Option<i64>,
}

impl SeqRangeQuery {
    fn from_query(query: &QueryParams) -> Result<Option<Self>> {
        let position = |name| match query.get(name) {
            None => Ok(None),
            Some(_) => query.get_int(name, 0, 0, i64::MAX).map(Some),
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

    /// Returns the order in which the page is read, which is not always the order in which it is returned.
    fn read_order(self, requested: SortOrder) -> SortOrder {
        match (self.after, self.before) {
            (Some(_), None) => SortOrder::Ascending,
            (None, Some(_)) => SortOrder::Descending,
            (Some(_), Some(_)) | (None, None) => requested,
        }
    }
}

fn message_query(page: &PageQuery, range: Option<SeqRangeQuery>) -> MessageQuery {
    let by_offset = MessageQuery {
        offset: page.offset,
        limit: page.limit,
        order: page.order,
        ..MessageQuery::default()
    };
    match range {
        None => by_offset,
        // One extra row shows whether there are more.
        Some(range) => MessageQuery {
            after_seq: range.after.unwrap_or(0),
            before_seq: range.before.unwrap_or(i64::MAX),
            limit: page.limit + 1,
            order: range.read_order(page.order),
            ..by_offset
        },
    }
}
