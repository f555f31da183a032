//! `GET /dms`.

use axum::extract::State;
use axum::response::Response;
use parlor_engine::conversation::{self, ListConversations};
use parlor_kit::route::ParameterKind::{Boolean, OneOf};
use parlor_kit::route::{Route, get};
use parlor_kit::{AppState, QueryParams};
use parlor_model::Error;
use parlor_model::conversation::{ConversationFilter, ConversationKind};
use parlor_model::error::ForbiddenReason;
use parlor_model::scope::{Resource, Scope};

use super::NARROWED;
use crate::HandlerError;
use crate::auth::Caller;
use crate::chat::list::{Chats, ChatsPage, parse_sort};
use crate::chat::render;
use crate::documented::{BAD_QUERY, NO_SCOPE, workspace_path};
use crate::error::ErrorResponse;
use crate::page::{PageQuery, PagedRoute};
use crate::query::{parse_bool, parse_sort_order};

/// Declares the route.
pub(crate) fn route() -> Route {
    get(workspace_path!("/dms"), handle)
        .doc("Lists the caller's DMs", "")
        .conditional_scope(Scope::read(Resource::Dm), NARROWED)
        .query(
            "sortBy",
            OneOf(&["lastMessageAt", "createdAt", "updatedAt", "title"]),
            "`lastMessageAt` by default.",
        )
        .query("sortOrder", OneOf(&["desc", "asc"]), "`desc` by default.")
        .query(
            "archived",
            Boolean,
            "Only archived ones, or only the others, which is the default.",
        )
        .responds_page::<Chats>("A page of chats.")
        .errors::<ErrorResponse>(&[BAD_QUERY, NO_SCOPE])
}

/// The caller's own DMs. Requires a credential that grants `dm:read`; a member's own session does. An unbound key has
/// no DMs, so it is refused.
async fn handle(
    State(app): State<AppState>,
    Caller(ctx): Caller,
    query: QueryParams,
) -> Result<Response, HandlerError> {
    let page = PageQuery::from_query(&query)?;
    let (sort, order) = (parse_sort(&query)?, parse_sort_order(&query)?);
    let archived = query
        .get("archived")
        .map(|text| parse_bool("archived", text));
    let own = ctx.member()?.number;
    let read = Scope::read(Resource::Dm);
    if !ctx.granted.allows(read) {
        return Err(Error::forbidden(ForbiddenReason::MissingScope(read)).into());
    }
    let filter = ConversationFilter {
        kind: Some(ConversationKind::Direct),
        involving: Some(own),
        archived: Some(archived.transpose()?.unwrap_or(false)),
        ..ConversationFilter::default()
    };
    let listing = ListConversations {
        sort,
        order,
        limit: page.size,
        offset: page.offset(),
    };
    let (rows, total) = conversation::list(&app.engine, &ctx, filter, listing).await?;
    let chats = render::render_all(&app, &ctx, rows).await?;
    Ok(ChatsPage::new(page, chats, total)
        .into_response(&app, &ctx)
        .await?)
}
