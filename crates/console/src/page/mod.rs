//! The pages. Each is a file or a folder: its entry in [`PAGES`], its route, the view that its template shows, and its
//! forms. A page calls the engine as a dialect does, and never decides what a visitor may do.

pub(crate) mod conversation;
pub(crate) mod deliveries;
pub(crate) mod health;
pub(crate) mod inbox;
pub(crate) mod keys;
pub(crate) mod members;
pub(crate) mod requests;
pub(crate) mod search;
pub(crate) mod setup;
pub(crate) mod sign_in;
pub(crate) mod sign_out;
pub(crate) mod start;
pub(crate) mod theme;
pub(crate) mod usage;

use axum::Router;
use axum::response::Response;
use axum::routing::get;
use parlor_kit::AppState;

use crate::error_page::PageError;
use crate::page_entry::PageEntry;
use crate::response::see_other;

/// Every page that the list shows, in its order.
pub(crate) const PAGES: &[PageEntry] = &[
    start::PAGE,
    inbox::PAGE,
    search::PAGE,
    deliveries::PAGE,
    members::PAGE,
    keys::PAGE,
    usage::PAGE,
    requests::PAGE,
    health::PAGE,
];

/// Builds the routes of all pages.
pub(crate) fn router() -> Router<AppState> {
    let others = Router::new()
        .route("/console", get(first_page))
        .route(crate::PATH, get(first_page))
        .merge(conversation::routes())
        .merge(setup::routes())
        .merge(sign_in::routes())
        .merge(sign_out::routes())
        .merge(theme::routes());
    PAGES
        .iter()
        .fold(others, |router, page| router.merge((page.routes)()))
}

/// Leads to the first page.
async fn first_page() -> Response {
    see_other(start::PAGE.path)
}

/// Answers a path that has no page.
pub(crate) async fn not_found() -> PageError {
    PageError::unknown_page()
}
