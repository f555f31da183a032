//! `GET /inboxes`.

use axum::extract::State;
use axum::response::Response;
use parlor_engine::sender::inbox;
use parlor_kit::route::{Route, get};
use parlor_kit::{AppState, QueryParams};
use parlor_model::scope::{Resource, Scope};

use super::{InboxResponse, VENDOR_PAGE};
use crate::HandlerError;
use crate::auth::Caller;
use crate::documented::{BAD_QUERY, NO_SCOPE, workspace_path};
use crate::error::ErrorResponse;
use crate::page::{PageQuery, PagedRoute, page};

page! {
    /// A page of inboxes.
    InboxesPage of InboxResponse as Inboxes
}

/// Declares the route.
pub(crate) fn route() -> Route {
    get(workspace_path!("/inboxes"), handle)
        .doc("Lists inboxes", VENDOR_PAGE)
        .scope(Scope::read(Resource::Inboxes))
        .responds_page::<Inboxes>("A page of inboxes.")
        .errors::<ErrorResponse>(&[BAD_QUERY, NO_SCOPE])
}

/// Oldest first.
async fn handle(
    State(app): State<AppState>,
    Caller(ctx): Caller,
    query: QueryParams,
) -> Result<Response, HandlerError> {
    let page = PageQuery::from_query(&query)?;
    let (rows, total) = inbox::page(&app.engine, &ctx, page.size, page.offset()).await?;
    let inboxes = rows.into_iter().map(InboxResponse::from_inbox).collect();
    Ok(InboxesPage::new(page, inboxes, total)
        .into_response(&app, &ctx)
        .await?)
}
