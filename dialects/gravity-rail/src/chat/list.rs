//! `GET /chats`, named by developer/api/workspace/chats/crud; its filters after developer/api/workspace/chats/stats.

use axum::extract::State;
use axum::response::Response;
use parlor_engine::conversation::{self, ListConversations};
use parlor_kit::{AppState, QueryParams};
use parlor_model::Result;
use parlor_model::conversation::ConversationSort;

use super::{ChatResponse, list_query, render};
use crate::auth::Caller;
use crate::query::{invalid_query_error, parse_sort_order};
use crate::{HandlerError, page};

page::page! {
    /// A page of chats.
    ChatsPage of ChatResponse as Chats
}

/// The caller's own chats, or with `chats:read` those of the workspace; DMs of others never.
pub(crate) async fn handle(
    State(app): State<AppState>,
    Caller(ctx): Caller,
    query: QueryParams,
) -> Result<Response, HandlerError> {
    let asked = page::PageQuery::from_query(&query)?;
    let (sort, order) = (parse_sort(&query)?, parse_sort_order(&query)?);
    let filter = list_query::ListChatsQuery::from_query(&query)?
        .resolve(&app, &ctx)
        .await?;
    let listing = ListConversations {
        sort,
        order,
        limit: asked.size,
        offset: asked.offset(),
    };
    let (rows, total) = conversation::list(&app.engine, &ctx, filter, listing).await?;
    let chats = render::render_all(&app, &ctx, rows).await?;
    Ok(ChatsPage::of(asked, chats, total)
        .answer(&app, &ctx)
        .await?)
}

pub(crate) fn parse_sort(query: &QueryParams) -> Result<ConversationSort> {
    match query.get("sortBy") {
        None | Some("lastMessageAt") => Ok(ConversationSort::LastMessageAt),
        Some("createdAt") => Ok(ConversationSort::CreatedAt),
        Some("updatedAt") => Ok(ConversationSort::UpdatedAt),
        Some("title") => Ok(ConversationSort::Title),
        Some(_) => Err(invalid_query_error(
            "sortBy",
            "must be one of createdAt, updatedAt, lastMessageAt, title",
        )),
    }
}
