//! The members of the workspace: who they are, by which identities they are known, and what they take part in.

mod member_row;
mod show;

use askama::Template;
use axum::Router;
use axum::extract::State;
use axum::response::Response;
use axum::routing::get;
use http::StatusCode;
use parlor_engine::member;
use parlor_kit::{AppState, QueryParams};
use parlor_model::Result;
use parlor_model::member::MemberKind;
use parlor_model::scope::{Resource, Scope};

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

/// Rows of a page.
const PAGE_ROWS: i64 = 50;

fn routes() -> Router<AppState> {
    Router::new()
        .route(PAGE.path, get(handle))
        .route("/console/members/{id}", get(show::handle))
}

const KINDS: [MemberKind; 3] = [
    MemberKind::Person,
    MemberKind::Contact,
    MemberKind::Assistant,
];

#[derive(Template)]
#[template(path = "page/members/members.html")]
struct MembersPage {
    shell: Shell,
    kind: Option<MemberKind>,
    rows: Vec<MemberRow>,
    /// Offset of the page before, and of the one after.
    previous: Option<i64>,
    next: Option<i64>,
}

impl MembersPage {
    fn is_chosen(&self, kind: &MemberKind) -> bool {
        self.kind.as_ref() == Some(kind)
    }
}

async fn handle(
    State(app): State<AppState>,
    visit: Visit,
    query: QueryParams,
) -> Result<Response, PageError> {
    let offset = query.get_int("offset", 0, 0, i64::MAX / 2)?;
    let kind = query.get("kind").and_then(MemberKind::from_name);
    let (found, total) = member::page(&app.engine, &visit.ctx, kind, PAGE_ROWS, offset).await?;
    let page = MembersPage {
        shell: Shell::new(&app, &visit, &PAGE).await?,
        kind,
        rows: found.iter().map(MemberRow::new).collect(),
        previous: (offset > 0).then_some((offset - PAGE_ROWS).max(0)),
        next: (total > offset + PAGE_ROWS).then_some(offset + PAGE_ROWS),
    };
    Ok(html(StatusCode::OK, &page)?)
}
