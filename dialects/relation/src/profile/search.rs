//! `GET /api/v1/userInfo/search`. A path of this server's own: the vendor's clients look somebody up by a whole relationId
//! or address in `userInfo`, and have nothing for a name.
//!
//! Finds members that hold a wallet, the newest first, without the caller; a caller with `members:read` is shown the
//! others as well. Without a word nobody is found.

use axum::extract::State;
use axum::response::Response;
use parlor_engine::search::{self, SearchMembers};
use parlor_kit::{AppState, DialectError, QueryParams};

use crate::auth::Caller;
use crate::envelope::{envelope_schema, success};
use crate::following::cursor;
use crate::following::view::{DiscoveredPage, page_size_from_query};
use crate::{Relation, error};

const KEYWORD_FIELD: &str = "keyword";

envelope_schema!(
    /// The answer with members that were found.
    UserSearchAnswer,
    DiscoveredPage
);

pub(crate) async fn handle(
    State(app): State<AppState>,
    Caller(ctx): Caller,
    query: QueryParams,
) -> Result<Response, DialectError<Relation>> {
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
