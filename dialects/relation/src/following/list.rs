//! `GET /api/v1/follow/list`. A path of this server's own; the vendor's clients read the fields below.
//!
//! The members that somebody follows, the last followed first. As in `userChannels/list`, the cursor is empty only where
//! the page is.

use axum::extract::State;
use axum::response::Response;
use parlor_engine::following;
use parlor_kit::{App, Fail, Query};
use parlor_model::error::Noun;
use parlor_model::member::MemberKey;
use parlor_model::{Ctx, Error, Result};
use serde::Serialize;
use utoipa::ToSchema;

use super::view::{UserBrief, limit};
use super::{ADDRESS, cursor};
use crate::Relation;
use crate::auth::Caller;
use crate::envelope::{answer, success};
use crate::people::named;

/// A page of the members that somebody follows.
#[derive(Serialize, ToSchema)]
pub(crate) struct FollowingPage {
    /// What to ask for the next page with; empty when this one is.
    cursor: String,
    list: Vec<UserBrief>,
}

answer!(
    /// The answer with the members that somebody follows.
    FollowingAnswer,
    FollowingPage
);

pub(crate) async fn handle(
    State(app): State<App>,
    Caller(ctx): Caller,
    query: Query,
) -> Result<Response, Fail<Relation>> {
    let given = |name: &str| query.get(name).filter(|text| !text.is_empty());
    let limit = limit(&query)?;
    let after = given("cursor").map(cursor::read_place).transpose()?;
    let of = whose(&app, &ctx, given(ADDRESS)).await?;
    let rows = following::list(&app.engine, &ctx, of, after, limit).await?;
    let cursor = rows.last().map(|row| cursor::write_place(&row.cursor));
    Ok(success(&FollowingPage {
        cursor: cursor.unwrap_or_default(),
        list: rows
            .into_iter()
            .map(|row| UserBrief::new(row.member, row.photo))
            .collect(),
    }))
}

/// Whose list is asked for: the caller's own where nobody is named.
async fn whose(app: &App, ctx: &Ctx, address: Option<&str>) -> Result<MemberKey> {
    match address {
        None => Ok(MemberKey::Id(ctx.member()?.id)),
        Some(text) => named(app, ctx, (ADDRESS, text), false)
            .await?
            .ok_or_else(|| Error::not_found(Noun::Member)),
    }
}
