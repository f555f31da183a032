//! Whether the server is well: each line that is not says what to do.

use std::time::Duration;

use askama::Template;
use axum::Router;
use axum::extract::State;
use axum::response::Response;
use axum::routing::get;
use http::StatusCode;
use parlor_engine::search;
use parlor_kit::AppState;
use parlor_model::Result;
use parlor_model::scope::{Resource, Scope};
use tokio::time::timeout;

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

/// Time in which the database must take a write.
const WRITE_TIMEOUT: Duration = Duration::from_millis(1_200);
/// Messages that may wait for the search index before the page warns.
const MAX_BACKLOG: i64 = 1_000;
/// Calls of this node that the page looks at.
const MAX_CALLS: usize = 1_000;

fn routes() -> Router<AppState> {
    Router::new().route(PAGE.path, get(handle))
}

/// How well a part is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Condition {
    Ok,
    Warning,
    Bad,
}

impl Condition {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Warning => "warning",
            Self::Bad => "bad",
        }
    }

    const fn style(self) -> &'static str {
        match self {
            Self::Ok => "good",
            Self::Warning => "warning",
            Self::Bad => "bad",
        }
    }
}

struct HealthRow {
    condition: Condition,
    part: &'static str,
    sentence: String,
    /// What to do, if anything.
    remedy: &'static str,
}

#[derive(Template)]
#[template(path = "page/health.html")]
struct HealthPage {
    shell: Shell,
    rows: Vec<HealthRow>,
    version: &'static str,
    hours: u64,
    minutes: u64,
}

async fn handle(State(app): State<AppState>, visit: Visit) -> Result<Response, PageError> {
    visit.ctx.require(Scope::read(Resource::Admin))?;
    let up = ConsoleSettings::from_app(&app)?.uptime();
    let page = HealthPage {
        shell: Shell::new(&app, &visit, &PAGE).await?,
        rows: vec![
            database(&app).await,
            calls(&app, &visit),
            search_index(&app).await,
            retries(&app),
        ],
        version: env!("CARGO_PKG_VERSION"),
        hours: up.as_secs() / 3_600,
        minutes: up.as_secs() / 60 % 60,
    };
    Ok(html(StatusCode::OK, &page)?)
}

async fn database(app: &AppState) -> HealthRow {
    let part = "Database";
    match timeout(WRITE_TIMEOUT, app.engine.verify_writable()).await {
        Ok(Ok(())) => HealthRow {
            condition: Condition::Ok,
            part,
            sentence: "It takes writes.".to_owned(),
            remedy: "",
        },
        Ok(Err(_)) | Err(_) => HealthRow {
            condition: Condition::Bad,
            part,
            sentence: "It did not take a write in time.".to_owned(),
            remedy: "parlor health",
        },
    }
}

/// The recent calls of the visitor's workspace on this node.
fn calls(app: &AppState, visit: &Visit) -> HealthRow {
    let calls = app.calls.after(visit.ctx.ws(), 0, MAX_CALLS);
    let failed = calls.iter().filter(|call| call.status >= 500).count();
    let mut times: Vec<_> = calls.iter().map(|call| call.elapsed.as_millis()).collect();
    times.sort_unstable();
    let index = (times.len() * 95 / 100).min(times.len().saturating_sub(1));
    let slow = times.get(index).copied().unwrap_or_default();
    let condition = match failed {
        0 => Condition::Ok,
        failed if failed * 100 < calls.len() => Condition::Warning,
        _ => Condition::Bad,
    };
    HealthRow {
        condition,
        part: "Calls",
        sentence: format!(
            "Of the last {} on this node {failed} failed; 95 of 100 took at most {slow} ms.",
            calls.len()
        ),
        remedy: match condition {
            Condition::Ok => "",
            _ => "Look in the log for lines of the level ERROR.",
        },
    }
}

async fn search_index(app: &AppState) -> HealthRow {
    let part = "Search index";
    let Ok(backlog) = search::backlog(&app.engine).await else {
        return HealthRow {
            condition: Condition::Bad,
            part,
            sentence: "How far it is could not be read.".to_owned(),
            remedy: "parlor health",
        };
    };
    let waiting: i64 = backlog.iter().map(|(_, count)| count).sum();
    let is_late = waiting > MAX_BACKLOG;
    HealthRow {
        condition: if is_late {
            Condition::Warning
        } else {
            Condition::Ok
        },
        part,
        sentence: format!("{waiting} rows wait to be indexed."),
        remedy: match is_late {
            true => "New messages are found later. It catches up by itself.",
            false => "",
        },
    }
}

fn retries(app: &AppState) -> HealthRow {
    let retries = app.engine.database_retries();
    let total: u64 = retries.iter().map(|(_, count)| count).sum();
    let lost = retries
        .iter()
        .find(|(cause, _)| *cause == "connection_lost");
    let lost = lost.map_or(0, |(_, count)| *count);
    HealthRow {
        condition: if lost > 0 {
            Condition::Warning
        } else {
            Condition::Ok
        },
        part: "Transactions",
        sentence: format!("{total} were repeated since the start, {lost} after a lost connection."),
        remedy: match lost {
            0 => "",
            _ => "Look at the network between this server and its database.",
        },
    }
}
