//! `GET /api/v1/follow/list`. A path of this server's own; the vendor's clients read the fields below.
//!
//! Lists the members that a member follows, the last followed first. As in `userChannels/list`, the cursor is empty only
//! on an empty page.

use axum::extract::State;
use axum::response::Response;
use parlor_engine::following;
use parlor_kit::route::{ParameterKind, Route, get};
use parlor_kit::{AppState, QueryParams};
use parlor_model::error::EntityKind;
use parlor_model::member::MemberKey;
use parlor_model::{Ctx, Error, Result};
use serde::Serialize;
use utoipa::ToSchema;

use super::view::{UserBrief, page_size_from_query};
use super::{ADDRESS_FIELD, cursor};
use crate::HandlerError;
use crate::auth::Caller;
use crate::documented::{
    CURSOR_TEXT, MEMBER_AUTH, MEMBERS_CURSOR_PARAM, MEMBERS_LIMIT_TEXT, enveloped,
};
use crate::envelope::{envelope_schema, success};
use crate::public_profiles::resolve_member;

/// A page of the members that somebody follows.
#[derive(Serialize, ToSchema)]
struct FollowingPage {
    /// What to ask for the next page with; empty when this one is.
    cursor: String,
    list: Vec<UserBrief>,
}

envelope_schema!(
    /// The answer with the members that somebody follows.
    FollowingAnswer,
    FollowingPage
);

/// Declares the route.
pub(crate) fn route() -> Route {
    enveloped::<FollowingAnswer>(get("/api/v1/follow/list", handle), MEMBER_AUTH)
        .query(
            ADDRESS_FIELD,
            ParameterKind::Text,
            "A relationId or a wallet address: whose list; the caller's own where it is absent.",
        )
        .query("limit", ParameterKind::AtLeast(1), MEMBERS_LIMIT_TEXT)
        .query("cursor", MEMBERS_CURSOR_PARAM, CURSOR_TEXT)
        .doc("The members that a member follows", "")
}

async fn handle(
    State(app): State<AppState>,
    Caller(ctx): Caller,
    query: QueryParams,
) -> Result<Response, HandlerError> {
    let given = |name: &str| query.get(name).filter(|text| !text.is_empty());
    let limit = page_size_from_query(&query)?;
    let after = given("cursor")
        .map(cursor::decode_follow_cursor)
        .transpose()?;
    let follower = resolve_follower(&app, &ctx, given(ADDRESS_FIELD)).await?;
    let rows = following::list(&app.engine, &ctx, follower, after, limit).await?;
    let cursor = rows
        .last()
        .map(|row| cursor::encode_follow_cursor(&row.cursor));
    Ok(success(&FollowingPage {
        cursor: cursor.unwrap_or_default(),
        list: rows
            .into_iter()
            .map(|row| UserBrief::new(row.member, row.photo))
            .collect(),
    }))
}

/// Resolves the member whose list is requested, by default the caller.
///
/// # Errors
/// `NotFound` for an address without a member.
async fn resolve_follower(app: &AppState, ctx: &Ctx, address: Option<&str>) -> Result<MemberKey> {
    match address {
        None => Ok(MemberKey::Id(ctx.member()?.id)),
        Some(text) => resolve_member(app, ctx, (ADDRESS_FIELD, text), false)
            .await?
            .ok_or_else(|| Error::not_found(EntityKind::Member)),
    }
}
