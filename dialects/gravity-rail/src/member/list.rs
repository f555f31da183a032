//! `GET /members`.

use axum::extract::State;
use axum::response::Response;
use parlor_engine::member;
use parlor_kit::route::{Route, get};
use parlor_kit::{AppState, QueryParams};
use parlor_model::scope::{Resource, Scope};

use super::{MemberResponse, render_members};
use crate::HandlerError;
use crate::auth::Caller;
use crate::documented::{BAD_QUERY, NO_SCOPE, workspace_path};
use crate::error::ErrorResponse;
use crate::page::{PageQuery, PagedRoute, page};

page! {
    /// A page of members.
    MembersPage of MemberResponse as Members
}

/// Declares the route.
pub(crate) fn route() -> Route {
    get(workspace_path!("/members"), handle)
        .doc("Lists members", "")
        .scope(Scope::read(Resource::Members))
        .responds_page::<Members>("A page of members.")
        .errors::<ErrorResponse>(&[BAD_QUERY, NO_SCOPE])
}

/// Oldest first.
async fn handle(
    State(app): State<AppState>,
    Caller(ctx): Caller,
    query: QueryParams,
) -> Result<Response, HandlerError> {
    let page = PageQuery::from_query(&query)?;
    let (rows, total) = member::page(&app.engine, &ctx, None, page.size, page.offset()).await?;
    let members = render_members(&app, &ctx, rows).await?;
    Ok(MembersPage::new(page, members, total)
        .into_response(&app, &ctx)
        .await?)
}
