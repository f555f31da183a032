//! `GET /api/v1/userInfo/search`. A path of this server's own: the vendor's clients find members only by a complete
//! relationId or address, in `userInfo`.
//!
//! Searches the members that hold a wallet, newest first, without the caller. A caller with `members:read` also gets
//! members without a wallet. An empty keyword matches no member.

use axum::extract::State;
use axum::response::Response;
use parlor_engine::search::{self, SearchMembers};
use parlor_kit::route::{ParameterKind, Route, get};
use parlor_kit::{AppState, QueryParams};

use crate::auth::Caller;
use crate::documented::{
    CURSOR_TEXT, MEMBER_AUTH, MEMBERS_CURSOR_PARAM, MEMBERS_LIMIT_TEXT, enveloped,
};
use crate::envelope::{envelope_schema, success};
use crate::following::cursor;
use crate::following::view::{DiscoveredPage, page_size_from_query};
use crate::{HandlerError, error};

const KEYWORD_FIELD: &str = "keyword";

envelope_schema!(
    /// The answer with members that were found.
    UserSearchAnswer,
    DiscoveredPage
);

/// Declares the route.
pub(crate) fn route() -> Route {
    enveloped::<UserSearchAnswer>(get("/api/v1/userInfo/search", handle), MEMBER_AUTH)
        .query(
            KEYWORD_FIELD,
            ParameterKind::Text,
            "Words, all of which the name must have.",
        )
        .query("limit", ParameterKind::AtLeast(1), MEMBERS_LIMIT_TEXT)
        .query("cursor", MEMBERS_CURSOR_PARAM, CURSOR_TEXT)
        .doc("Search members by name", "")
}

async fn handle(
    State(app): State<AppState>,
    Caller(ctx): Caller,
    query: QueryParams,
) -> Result<Response, HandlerError> {
    let search = SearchMembers {
        text: query.get(KEYWORD_FIELD).unwrap_or_default().to_owned(),
        before: cursor::member_cursor_from_query(&query)?,
        limit: page_size_from_query(&query)?,
    };
    let found = search::members(&app.engine, &ctx, search)
        .await
        .map_err(|error| error::with_field(error, KEYWORD_FIELD))?;
    Ok(success(&DiscoveredPage::new(found)))
}
