//! `GET /chats`, named by developer/api/workspace/chats/crud; its filters after developer/api/workspace/chats/stats.

use axum::extract::State;
use axum::response::Response;
use parlor_engine::conversation::{self, Listing};
use parlor_kit::{App, Query};
use parlor_model::Result;
use parlor_model::conversation::SortBy;

use super::{ChatResponse, filter, show};
use crate::auth::Caller;
use crate::question::{invalid, order};
use crate::{Fail, page};

page::page! {
    /// A page of chats.
    ChatsPage of ChatResponse as Chats
}

/// The caller's own chats, or with `chats:read` those of the workspace; DMs of others never.
pub(crate) async fn handle(
    State(app): State<App>,
    Caller(ctx): Caller,
    query: Query,
) -> Result<Response, Fail> {
    let asked = page::Asked::read(&query)?;
    let (sort, order) = (sort(&query)?, order(&query)?);
    let filter = filter::Asked::read(&query)?.resolve(&app, &ctx).await?;
    let listing = Listing {
        sort,
        order,
        limit: asked.size,
        offset: asked.offset(),
    };
    let (rows, total) = conversation::list(&app.engine, &ctx, filter, listing).await?;
    let chats = show::all(&app, &ctx, rows).await?;
    Ok(ChatsPage::of(asked, chats, total)
        .answer(&app, &ctx)
        .await?)
}

pub(crate) fn sort(query: &Query) -> Result<SortBy> {
    match query.get("sortBy") {
        None | Some("lastMessageAt") => Ok(SortBy::LastMessageAt),
        Some("createdAt") => Ok(SortBy::CreatedAt),
        Some("updatedAt") => Ok(SortBy::UpdatedAt),
        Some("title") => Ok(SortBy::Title),
        Some(_) => Err(invalid(
            "sortBy",
            "must be one of createdAt, updatedAt, lastMessageAt, title",
        )),
    }
}
