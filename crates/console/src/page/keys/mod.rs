//! API keys: made and shown once, revoked, and replaced with an overlap. Also the sessions of the visitor.

mod create;
mod key_row;
mod revoke;
mod rotate;
mod session_row;

use askama::Template;
use axum::Router;
use axum::extract::State;
use axum::response::Response;
use axum::routing::{get, post};
use http::StatusCode;
use parlor_engine::{api_key, console};
use parlor_kit::{AppState, QueryParams};
use parlor_model::scope::{Resource, Scope};

use self::key_row::KeyRow;
use self::session_row::SessionRow;
use crate::error_page::PageError;
use crate::page_entry::PageEntry;
use crate::response::html;
use crate::shell::Shell;
use crate::visit::Visit;

pub(crate) const PAGE: PageEntry = PageEntry {
    name: "keys",
    title: "Keys",
    path: "/console/keys",
    letter: 'k',
    scope: Some(Scope::read(Resource::Admin)),
    routes,
};

/// Keys of a page.
const PAGE_ROWS: i64 = 50;

fn routes() -> Router<AppState> {
    Router::new()
        .route(PAGE.path, get(handle).post(create::handle))
        .route(
            "/console/keys/{id}/revoke",
            get(revoke::ask).post(revoke::handle),
        )
        .route("/console/keys/{id}/rotate", post(rotate::handle))
}

/// A key that was just made; its secret is shown this once.
struct ShownOnce {
    name: String,
    secret: String,
    url: String,
}

#[derive(Template)]
#[template(path = "page/keys/keys.html")]
struct KeysPage {
    shell: Shell,
    shown_once: Option<ShownOnce>,
    keys: Vec<KeyRow>,
    /// Offset of the page before, and of the one after.
    previous: Option<i64>,
    next: Option<i64>,
    resources: Vec<&'static str>,
    sessions: Vec<SessionRow>,
    may_change: bool,
}

async fn handle(
    State(app): State<AppState>,
    visit: Visit,
    query: QueryParams,
) -> Result<Response, PageError> {
    let offset = query.get_int("offset", 0, 0, i64::MAX / 2)?;
    show(&app, &visit, offset, None).await
}

/// Renders the page from a key on, with a key that was just made.
async fn show(
    app: &AppState,
    visit: &Visit,
    offset: i64,
    shown_once: Option<ShownOnce>,
) -> Result<Response, PageError> {
    let engine = &app.engine;
    // One more than are shown tells whether there is another page.
    let (mut keys, _) = api_key::page(engine, &visit.ctx, PAGE_ROWS + 1, offset).await?;
    let has_more = keys.len() as i64 > PAGE_ROWS;
    keys.truncate(PAGE_ROWS as usize);
    let now = engine.now();
    let sessions = console::list_sessions(engine, &visit.ctx, &visit.session).await?;
    let page = KeysPage {
        shell: Shell::new(app, visit, &PAGE).await?,
        shown_once,
        keys: keys.iter().map(|key| KeyRow::new(key, now)).collect(),
        previous: (offset > 0).then_some((offset - PAGE_ROWS).max(0)),
        next: has_more.then_some(offset + PAGE_ROWS),
        resources: Resource::ALL
            .iter()
            .map(|resource| resource.as_str())
            .collect(),
        sessions: sessions
            .iter()
            .map(|session| SessionRow::new(session, visit.session.id))
            .collect(),
        may_change: visit.ctx.allows(Scope::write(Resource::Admin)),
    };
    Ok(html(StatusCode::OK, &page)?)
}
