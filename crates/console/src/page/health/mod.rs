//! Health: a line for each part of the server, with what to do where one is not well.

mod check_row;
mod checks;
mod duration_text;

use askama::Template;
use axum::Router;
use axum::extract::State;
use axum::response::Response;
use axum::routing::get;
use http::StatusCode;
use parlor_engine::health;
use parlor_gateway::Gateway;
use parlor_kit::{AppState, time};
use parlor_model::scope::{Resource, Scope};

use self::check_row::{CheckRow, CheckState};
use crate::error_page::PageError;
use crate::page_entry::PageEntry;
use crate::response::html;
use crate::settings::ConsoleSettings;
use crate::shell::Shell;
use crate::visit::Visit;

pub(crate) const PAGE: PageEntry = PageEntry {
    name: "health",
    title: "Health",
    path: "/console/health",
    letter: 'h',
    scope: Some(Scope::read(Resource::Admin)),
    routes,
};

fn routes() -> Router<AppState> {
    Router::new().route(PAGE.path, get(handle))
}

#[derive(Template)]
#[template(path = "page/health/health.html")]
struct HealthPage {
    shell: Shell,
    /// What all lines say together.
    summary: String,
    checks: Vec<CheckRow>,
    at: String,
}

async fn handle(State(app): State<AppState>, visit: Visit) -> Result<Response, PageError> {
    let report = health::check(&app.engine, &visit.ctx).await?;
    let settings = ConsoleSettings::from_app(&app)?;
    let calls = app
        .requests
        .calls_after(visit.ctx.workspace.id, 0, usize::MAX);
    let now = app.engine.now();
    let facts = settings.facts();
    let mut rows = Vec::new();
    if let Some(facts) = facts {
        rows.push(checks::server(facts, now));
    }
    rows.push(checks::database(&report));
    rows.push(checks::calls(&calls));
    let (sockets, streams) = Gateway::from_app(&app)?.connections.totals();
    rows.push(checks::sockets(sockets + streams));
    rows.push(checks::waiting(&report.outbox, now));
    rows.push(checks::unsent(&report.outbox));
    rows.push(checks::endpoints(&report.outbox));
    rows.push(checks::search(&report, &app.settings.public_url));
    rows.push(checks::turns(&app.engine.turn_counts().snapshot(), facts));
    rows.extend(facts.map(checks::carriers));
    let page = HealthPage {
        shell: Shell::new(&app, &visit, &PAGE).await?,
        summary: summary(&rows),
        checks: rows,
        at: time::format_iso(now),
    };
    Ok(html(StatusCode::OK, &page)?)
}

/// Says how many lines are not well.
fn summary(rows: &[CheckRow]) -> String {
    let count = |state| rows.iter().filter(|row| row.state == state).count();
    match (count(CheckState::Bad), count(CheckState::Warn)) {
        (0, 0) => "Everything is well.".to_owned(),
        (0, warn) => format!("Nothing is broken; {warn} of {} want a look.", rows.len()),
        (bad, warn) => format!("{bad} of {} are bad, {warn} want a look.", rows.len()),
    }
}
