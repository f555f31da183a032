//! `GET /chats`, named by developer/api/workspace/chats/crud; its filters after developer/api/workspace/chats/stats.

use axum::extract::State;
use axum::response::Response;
use parlor_engine::conversation::{self, ListConversations};
use parlor_kit::route::ParameterKind::{Boolean, Format, Length, Matching, OneOf};
use parlor_kit::route::{Route, get};
use parlor_kit::{AppState, QueryParams};
use parlor_model::Result;
use parlor_model::conversation::ConversationSort;

use super::{ChatResponse, VENDOR_PAGE, list_query, render};
use crate::HandlerError;
use crate::auth::Caller;
use crate::documented::{BAD_QUERY, NO_SCOPE, workspace_path};
use crate::error::ErrorResponse;
use crate::ids::ENTITY_REF_PATTERN;
use crate::page::{PageQuery, PagedRoute, page};
use crate::query::{invalid_query_error, parse_sort_order};

page! {
    /// A page of chats.
    pub(crate) ChatsPage of ChatResponse as Chats
}

/// Declares the route.
pub(crate) fn route() -> Route {
    with_filter_params(get(workspace_path!("/chats"), handle).doc("Lists chats", VENDOR_PAGE))
        .responds_page::<Chats>("A page of chats.")
        .errors::<ErrorResponse>(&[BAD_QUERY, NO_SCOPE])
}

/// The caller's own chats, or with `chats:read` those of the workspace, without other members' DMs.
async fn handle(
    State(app): State<AppState>,
    Caller(ctx): Caller,
    query: QueryParams,
) -> Result<Response, HandlerError> {
    let page = PageQuery::from_query(&query)?;
    let (sort, order) = (parse_sort(&query)?, parse_sort_order(&query)?);
    let filter = list_query::ListChatsQuery::from_query(&query)?
        .resolve(&app, &ctx)
        .await?;
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

/// Adds the query parameters of `ListChatsQuery`, which the list and the export share.
pub(crate) fn with_filter_params(route: Route) -> Route {
    route
        .query(
            "sortBy",
            OneOf(&["lastMessageAt", "createdAt", "updatedAt", "title"]),
            "`lastMessageAt` by default.",
        )
        .query("sortOrder", OneOf(&["desc", "asc"]), "`desc` by default.")
        .query(
            "mine",
            Boolean,
            "Only chats the caller owns, is the subject of or takes part in.",
        )
        .query(
            "archived",
            Boolean,
            "Only archived chats, or only the others, which is the default.",
        )
        .query(
            "needsResponse",
            Boolean,
            "Only chats a human has to answer, or only the others.",
        )
        .query(
            "paused",
            Boolean,
            "Only chats whose assistant is held back, or only the others.",
        )
        .query(
            "channel",
            OneOf(&["web-chat", "phone-sms", "phone-voice", "email"]),
            "Only chats over this channel.",
        )
        .query(
            "chatType",
            Length(0, 40),
            "`dm`, `simple`, `assignment` or a word of the maker's own.",
        )
        .query(
            "memberId",
            Matching(ENTITY_REF_PATTERN),
            "Only chats for this member.",
        )
        .query(
            "assistantMemberId",
            Matching(ENTITY_REF_PATTERN),
            "Only chats this agent serves.",
        )
        .query(
            "labels",
            Length(0, 100),
            "Only chats that bear this label: its name, or its id.",
        )
        .query(
            "search",
            Length(0, 200),
            "Part of the title, of a participant's name or of a message. Words of one or two letters alone find titles, names and \
             the newest 1,000 messages of the workspace.",
        )
        .query("isTest", Boolean, "Only tests, or only the others.")
        .query(
            "isAnonymous",
            Boolean,
            "Only chats of unknown visitors; asks for `chats:admin`.",
        )
        .query("createdAfter", Format("date-time"), "Made then or later.")
        .query("createdBefore", Format("date-time"), "Made before then.")
        .query(
            "filters",
            Matching(r#"^\{("(mine|archived|needsResponse|paused|isTest)":(true|false))?\}$"#),
            "The same filters as JSON: an object of any of the names above, or a list of rules with `field` and `value`.",
        )
}
