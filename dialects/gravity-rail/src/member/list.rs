//! `GET /members`.

use axum::extract::State;
use axum::response::Response;
use parlor_engine::member;
use parlor_kit::{App, Query};

use super::{MemberResponse, shown};
use crate::auth::Caller;
use crate::{Fail, page};

page::page! {
    /// A page of members.
    MembersPage of MemberResponse as Members
}

/// Oldest first. Asks for `members:read`.
pub(crate) async fn handle(
    State(app): State<App>,
    Caller(ctx): Caller,
    query: Query,
) -> Result<Response, Fail> {
    let asked = page::Asked::read(&query)?;
    let (rows, total) = member::page(&app.engine, &ctx, None, asked.size, asked.offset()).await?;
    let members = shown(&app, &ctx, rows).await?;
    Ok(MembersPage::of(asked, members, total)
        .answer(&app, &ctx)
        .await?)
}
