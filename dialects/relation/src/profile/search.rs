//! `GET /api/v1/userInfo/search`. A path of this server's own: the vendor's clients look somebody up by a whole relationId
//! or address in `userInfo`, and have nothing for a name.
//!
//! Finds members that hold a wallet, the newest first, without the caller; a caller with `members:read` is shown the
//! others as well. Without a word nobody is found.

use axum::extract::State;
use axum::response::Response;
use parlor_engine::search::{self, SearchMembers};
use parlor_kit::{App, Fail, Query};

use crate::auth::Caller;
use crate::envelope::{answer, success};
use crate::following::cursor;
use crate::following::view::{DiscoveredPage, limit};
use crate::{Relation, error};

const KEYWORD: &str = "keyword";

answer!(
    /// The answer with members that were found.
    UserSearchAnswer,
    DiscoveredPage
);

pub(crate) async fn handle(
    State(app): State<App>,
    Caller(ctx): Caller,
    query: Query,
) -> Result<Response, Fail<Relation>> {
    let search = SearchMembers {
        text: query.get(KEYWORD).unwrap_or_default().to_owned(),
        before: cursor::queried_member(&query)?,
        limit: limit(&query)?,
    };
    let found = search::members(&app.engine, &ctx, search)
        .await
        .map_err(|error| error::in_field(error, KEYWORD))?;
    Ok(success(&DiscoveredPage::new(found)))
}
