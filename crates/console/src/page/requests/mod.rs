//! Requests: the last ones that this node has answered for the workspace, and which rule has refused one.
//!
//! Requests without an accepted credential belong to no workspace. They are shown where a server has one workspace, whose
//! owner is then the only one to whom they can matter.

mod request_row;
mod show;

use askama::Template;
use axum::Router;
use axum::extract::State;
use axum::response::Response;
use axum::routing::get;
use http::StatusCode;
use parlor_engine::workspace;
use parlor_kit::request_history::RequestRecord;
use parlor_kit::{AppState, QueryParams};
use parlor_model::Result;
use parlor_model::id::WorkspaceId;
use parlor_model::scope::{Resource, Scope};

use self::request_row::RequestRow;
use crate::error_page::PageError;
use crate::page_entry::PageEntry;
use crate::response::html;
use crate::shell::Shell;
use crate::visit::Visit;

pub(crate) const PAGE: PageEntry = PageEntry {
    name: "requests",
    title: "Requests",
    path: "/console/requests",
    letter: 'r',
    scope: Some(Scope::read(Resource::Admin)),
    routes,
};

/// Requests of one page.
const MAX_ROWS: usize = 100;

fn routes() -> Router<AppState> {
    Router::new()
        .route(PAGE.path, get(handle))
        .route("/console/requests/{id}", get(show::handle))
}

#[derive(Template)]
#[template(path = "page/requests/requests.html")]
struct RequestsPage {
    shell: Shell,
    only_failed: bool,
    requests: Vec<RequestRow>,
    has_strangers: bool,
}

async fn handle(
    State(app): State<AppState>,
    visit: Visit,
    query: QueryParams,
) -> Result<Response, PageError> {
    let only_failed = query.get("show").is_some_and(|shown| shown == "refused");
    let visibility = RequestVisibility::find(&app, &visit).await?;
    let found = app.requests.newest(MAX_ROWS, |record| {
        visibility.allows(record) && (record.is_failed() || !only_failed)
    });
    let page = RequestsPage {
        shell: Shell::new(&app, &visit, &PAGE).await?,
        only_failed,
        requests: found.iter().map(RequestRow::new).collect(),
        has_strangers: visibility.has_strangers,
    };
    Ok(html(StatusCode::OK, &page)?)
}

/// Which requests a visitor may see.
struct RequestVisibility {
    workspace: WorkspaceId,
    /// Also those without an accepted credential.
    has_strangers: bool,
}

impl RequestVisibility {
    /// Finds what a visitor may see.
    ///
    /// # Errors
    /// `Forbidden` without `admin:read`, and errors of the database.
    async fn find(app: &AppState, visit: &Visit) -> Result<Self> {
        visit.ctx.require(Scope::read(Resource::Admin))?;
        Ok(Self {
            workspace: visit.ctx.workspace.id,
            has_strangers: workspace::list(&app.engine).await?.len() == 1,
        })
    }

    fn allows(&self, record: &RequestRecord) -> bool {
        match record.caller {
            Some(caller) => caller.workspace == self.workspace,
            None => self.has_strangers,
        }
    }
}
