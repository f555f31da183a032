//! `GET /api/v1/follow/recommended`. A path of this server's own; the vendor's clients read the fields below.
//!
//! Members of the project that hold a wallet, the newest first, without the caller; those it follows are among them, and
//! marked. A caller with `members:read` is shown the others as well.

use axum::extract::State;
use axum::response::Response;
use parlor_engine::following;
use parlor_kit::{App, Fail, Query};

use super::cursor;
use super::view::{DiscoveredPage, limit};
use crate::Relation;
use crate::auth::Caller;
use crate::envelope::{answer, success};

answer!(
    /// The answer with members that the caller may want to follow.
    RecommendedAnswer,
    DiscoveredPage
);

pub(crate) async fn handle(
    State(app): State<App>,
    Caller(ctx): Caller,
    query: Query,
) -> Result<Response, Fail<Relation>> {
    let limit = limit(&query)?;
    let before = cursor::queried_member(&query)?;
    let rows = following::recommend(&app.engine, &ctx, before, limit).await?;
    Ok(success(&DiscoveredPage::new(rows)))
}
