//! `GET /api/v1/follow/recommended`. A path of this server's own; the vendor's clients read the fields below.
//!
//! Lists the project's members that hold a wallet, newest first, without the caller. Members that the caller follows are
//! included and marked. A caller with `members:read` also gets members without a wallet.

use axum::extract::State;
use axum::response::Response;
use parlor_engine::following;
use parlor_kit::route::{ParameterKind, Route, get};
use parlor_kit::{AppState, QueryParams};

use super::cursor;
use super::view::{DiscoveredPage, page_size_from_query};
use crate::HandlerError;
use crate::auth::Caller;
use crate::documented::{
    CURSOR_TEXT, MEMBER_AUTH, MEMBERS_CURSOR_PARAM, MEMBERS_LIMIT_TEXT, enveloped,
};
use crate::envelope::{envelope_schema, success};

envelope_schema!(
    /// The answer with members that the caller may want to follow.
    RecommendedAnswer,
    DiscoveredPage
);

/// Declares the route.
pub(crate) fn route() -> Route {
    enveloped::<RecommendedAnswer>(get("/api/v1/follow/recommended", handle), MEMBER_AUTH)
        .query("limit", ParameterKind::AtLeast(1), MEMBERS_LIMIT_TEXT)
        .query("cursor", MEMBERS_CURSOR_PARAM, CURSOR_TEXT)
        .doc("Members that the caller may want to follow", "")
}

async fn handle(
    State(app): State<AppState>,
    Caller(ctx): Caller,
    query: QueryParams,
) -> Result<Response, HandlerError> {
    let limit = page_size_from_query(&query)?;
    let before = cursor::member_cursor_from_query(&query)?;
    let rows = following::recommend(&app.engine, &ctx, before, limit).await?;
    Ok(success(&DiscoveredPage::new(rows)))
}
