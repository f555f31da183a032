//! `GET /members`.

use axum::extract::State;
use axum::response::Response;
use parlor_engine::member;
use parlor_kit::{AppState, QueryParams};

use super::{MemberResponse, render_members};
use crate::auth::Caller;
use crate::{HandlerError, page};

page::page! {
    /// A page of members.
    MembersPage of MemberResponse as Members
}

/// Oldest first. Asks for `members:read`.
pub(crate) async fn handle(
    State(app): State<AppState>,
    Caller(ctx): Caller,
    query: QueryParams,
) -> Result<Response, HandlerError> {
    let asked = page::PageQuery::from_query(&query)?;
    let (rows, total) = member::page(&app.engine, &ctx, None, asked.size, asked.offset()).await?;
    let members = render_members(&app, &ctx, rows).await?;
    Ok(MembersPage::of(asked, members, total)
        .answer(&app, &ctx)
        .await?)
}
