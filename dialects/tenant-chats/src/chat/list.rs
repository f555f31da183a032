//! `GET /api/v1/chats/user/{user}`, after api-reference/chats/list-user-chats.

use axum::extract::State;
use axum::response::Response;
use http::StatusCode;
use parlor_engine::conversation;
use parlor_kit::{App, Params, Query, reply};
use parlor_model::page::Order;
use serde::Serialize;
use utoipa::ToSchema;

use super::Chat;
use crate::auth::Caller;
use crate::page::Page;
use crate::{Fail, ids};

/// A chat in a list.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ListedChat {
    #[serde(flatten)]
    chat: Chat,
    /// How much users and assistants have said.
    message_count: i64,
}

/// A page of a user's chats.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Chats {
    chats: Vec<ListedChat>,
    /// How many chats all pages have.
    total: i64,
    offset: i64,
    limit: i64,
    has_more: bool,
}

/// Checks in this order: key, query. A user nobody knows has no chats and is not made; neither is one by a text that
/// no user can have.
pub(crate) async fn handle(
    State(app): State<App>,
    Caller(ctx): Caller,
    params: Params,
    query: Query,
) -> Result<Response, Fail> {
    let page = Page::read(&query, Order::Descending)?;
    let (rows, total) = match ids::user(params.get("user")) {
        Ok(user) => {
            let Page {
                offset,
                limit,
                order,
            } = page;
            conversation::of_member(&app.engine, &ctx, user, order, limit, offset).await?
        }
        Err(_) => (Vec::new(), 0),
    };
    let has_more = page.has_more(rows.len(), total);
    let chats = rows
        .into_iter()
        .map(|row| ListedChat {
            message_count: row.messages,
            chat: Chat::of(ctx.workspace, row.conversation),
        })
        .collect();
    let body = Chats {
        chats,
        total,
        offset: page.offset,
        limit: page.limit,
        has_more,
    };
    Ok(reply::json(StatusCode::OK, &body))
}
