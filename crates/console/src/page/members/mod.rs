//! Members: a list with a search, one member with its ids in each dialect's spelling, archiving it and erasing it. Exporting
//! one member's data is not here, since the engine exports workspaces, spaces and conversations only.

mod archive;
mod erase;
mod identity_row;
mod list_query;
mod member_row;
mod show;

use askama::Template;
use axum::Router;
use axum::extract::State;
use axum::response::Response;
use axum::routing::{get, post};
use http::StatusCode;
use parlor_kit::{AppState, QueryParams};
use parlor_model::scope::{Resource, Scope};

use self::list_query::{KIND_TABS, KindTab, list};
use self::member_row::MemberRow;
use crate::error_page::PageError;
use crate::page_entry::PageEntry;
use crate::response::html;
use crate::shell::Shell;
use crate::visit::Visit;

pub(crate) const PAGE: PageEntry = PageEntry {
    name: "members",
    title: "Members",
    path: "/console/members",
    letter: 'm',
    scope: Some(Scope::read(Resource::Members)),
    routes,
};

fn routes() -> Router<AppState> {
    Router::new()
        .route(PAGE.path, get(handle))
        .route("/console/members/{id}", get(show::handle))
        .route("/console/members/{id}/archive", post(archive::archive))
        .route("/console/members/{id}/restore", post(archive::restore))
        .route(
            "/console/members/{id}/erase",
            get(erase::ask).post(erase::handle),
        )
}

#[derive(Template)]
#[template(path = "page/members/members.html")]
struct MembersPage {
    shell: Shell,
    text: String,
    tabs: [KindTab; 4],
    /// Name of the tab that is shown; empty if a search is.
    current: &'static str,
    members: Vec<MemberRow>,
    /// Queries of the page before, and of the one after.
    previous: Option<String>,
    next: Option<String>,
}

async fn handle(
    State(app): State<AppState>,
    visit: Visit,
    query: QueryParams,
) -> Result<Response, PageError> {
    let list = list(&app.engine, &visit.ctx, &query).await?;
    let page = MembersPage {
        shell: Shell::new(&app, &visit, &PAGE).await?,
        text: list.text,
        tabs: KIND_TABS,
        current: list.current,
        members: list.members.iter().map(MemberRow::new).collect(),
        previous: list.previous,
        next: list.next,
    };
    Ok(html(StatusCode::OK, &page)?)
}
