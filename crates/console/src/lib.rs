//! The console: pages at `/console/` in which people watch, answer and look after what the server does.
//!
//! It has no rights of its own: each act is a call of the engine with the [`Ctx`](parlor_model::Ctx) of a session, which
//! is that of the key or the member behind it. Pages are rendered by the server and work without script; modules of
//! script make them live, over one WebSocket per tab. [`page`] has the list of pages, and a file or folder for each.
//! Start there, at [`visit`] for who visits, and at [`live`] for the socket.

mod asset;
mod error_page;
mod form;
mod live;
mod origin;
mod page;
mod page_entry;
mod response;
mod security;
mod session_cookie;
mod settings;
mod shell;
mod text;
mod visit;

use axum::middleware::from_fn_with_state;
use axum::routing::get;
use axum::{Extension, Router};
use parlor_kit::AppState;

use page_entry::PageList;

pub use settings::{ConsoleSettings, ExampleCall, ServerFacts};

/// Path at which the console begins.
pub const PATH: &str = "/console/";

/// Returns the URL of a link that signs in. Browsers send nothing of what stands behind its `#`.
pub fn setup_url(server: &str, secret: &str) -> String {
    format!("{server}{PATH}setup#{secret}")
}

/// Builds the routes of the console. The state's settings must contain an `Arc` of [`ConsoleSettings`].
pub fn router(app: &AppState) -> Router<AppState> {
    let pages = page::router();
    Router::new()
        .merge(pages)
        .route("/console/live", get(live::handle))
        .route(asset::ROUTE, get(asset::handle))
        .route("/console/{*path}", get(page::not_found))
        .layer(Extension(PageList(page::PAGES)))
        .layer(from_fn_with_state(app.clone(), security::protect))
}
