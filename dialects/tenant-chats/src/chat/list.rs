//! `GET /api/v1/chats/user/{user}`, after api-reference/chats/list-user-chats.

use axum::extract::State;
use axum::response::Response;
use http::StatusCode;
use parlor_engine::conversation;
use parlor_kit::route::{ParameterKind, Route, get};
use parlor_kit::{AppState, PathParams, QueryParams, response};
use parlor_model::keyset::SortOrder;
use serde::Serialize;
use utoipa::ToSchema;

use super::ChatResponse;
use crate::auth::Caller;
use crate::documented::{BAD_QUERY, CHATS_READ_SCOPE, ORDER_VALUES, with_page_params};
use crate::error::ErrorResponse;
use crate::page::PageQuery;
use crate::{HandlerError, ids};

/// A chat in a list.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ListedChat)]
struct ChatListItem {
    #[serde(flatten)]
    chat: ChatResponse,
    /// How much users and assistants have said.
    message_count: i64,
}

/// A page of a user's chats.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Chats)]
struct ListChatsResponse {
    chats: Vec<ChatListItem>,
    /// How many chats all pages have.
    total: i64,
    offset: i64,
    limit: i64,
    has_more: bool,
}

/// Declares the route.
pub(crate) fn route() -> Route {
    with_page_params(
        get("/api/v1/chats/user/{user}", handle)
            .doc(
                "Lists a user's chats",
                "api-reference/chats/list-user-chats",
            )
            .scope(CHATS_READ_SCOPE),
    )
    .query(
        "order",
        ParameterKind::OneOf(ORDER_VALUES),
        "`desc` (by default) or `asc`, by creation.",
    )
    .responds::<ListChatsResponse>(200, "A page of chats.")
    .errors::<ErrorResponse>(&[BAD_QUERY])
}

/// Checks in this order: key, query. An unknown user, or an invalid id, has no chats; no user is created.
async fn handle(
    State(app): State<AppState>,
    Caller(ctx): Caller,
    params: PathParams,
    query: QueryParams,
) -> Result<Response, HandlerError> {
    let page = PageQuery::from_query(&query, SortOrder::Descending)?;
    let (rows, total) = match ids::parse_user_id(params.get("user")) {
        Ok(user) => {
            let PageQuery {
                offset,
                limit,
                order,
            } = page;
            conversation::list_for_member(&app.engine, &ctx, user, order, limit, offset).await?
        }
        Err(_) => (Vec::new(), 0),
    };
    let has_more = page.has_more(rows.len(), total);
    let chats = rows
        .into_iter()
        .map(|row| ChatListItem {
            message_count: row.message_count,
            chat: ChatResponse::from_conversation(ctx.workspace, row.conversation),
        })
        .collect();
    let body = ListChatsResponse {
        chats,
        total,
        offset: page.offset,
        limit: page.limit,
        has_more,
    };
    Ok(response::json(StatusCode::OK, &body))
}
