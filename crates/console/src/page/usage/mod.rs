//! How much the workspace is used: conversations by day as a chart, a table and a file, and the recent calls by dialect.

mod chart;
mod days;

use askama::Template;
use axum::Router;
use axum::extract::State;
use axum::response::Response;
use axum::routing::get;
use http::header::CONTENT_DISPOSITION;
use http::{HeaderValue, StatusCode};
use parlor_kit::{AppState, QueryParams, response};
use parlor_model::scope::{Resource, Scope};

use self::days::{DayRow, Trend};
use crate::error_page::PageError;
use crate::page_entry::PageEntry;
use crate::response::html;
use crate::session_cookie::Theme;
use crate::shell::Shell;
use crate::visit::Visit;

pub(crate) const PAGE: PageEntry = PageEntry {
    name: "usage",
    title: "Usage",
    path: "/console/usage",
    letter: 'u',
    scope: Some(Scope::read(Resource::Conversations)),
    routes,
};

/// Ranges that the page offers, in days.
const RANGES: [i64; 3] = [7, 30, 90];
/// Calls of this node that are counted.
const MAX_CALLS: usize = 10_000;

fn routes() -> Router<AppState> {
    Router::new()
        .route(PAGE.path, get(handle))
        .route("/console/usage/chart.svg", get(draw))
        .route("/console/usage/conversations.csv", get(csv))
}

/// Recent calls of one dialect.
struct DialectRow {
    name: &'static str,
    calls: usize,
    refused: usize,
    failed: usize,
}

#[derive(Template)]
#[template(path = "page/usage/usage.html")]
struct UsagePage {
    shell: Shell,
    days: i64,
    rows: Vec<DayRow>,
    trend: Trend,
    dialects: Vec<DialectRow>,
    /// Chosen colours, if they are not those of the system.
    theme: Option<Theme>,
}

impl UsagePage {
    fn is_dark(&self) -> bool {
        self.theme == Some(Theme::Dark)
    }
}

fn range(query: &QueryParams) -> parlor_model::Result<i64> {
    query.get_int("days", RANGES[0], 1, RANGES[2])
}

async fn handle(
    State(app): State<AppState>,
    visit: Visit,
    query: QueryParams,
) -> Result<Response, PageError> {
    let days = range(&query)?;
    let rows = days::read(&app, &visit.ctx, days).await?;
    let page = UsagePage {
        shell: Shell::new(&app, &visit, &PAGE).await?,
        days,
        trend: Trend::new(&rows),
        rows,
        dialects: count_calls(&app, &visit),
        theme: visit.theme,
    };
    Ok(html(StatusCode::OK, &page)?)
}

/// Draws the chart, in light or dark colours.
async fn draw(
    State(app): State<AppState>,
    visit: Visit,
    query: QueryParams,
) -> Result<Response, PageError> {
    let rows = days::read(&app, &visit.ctx, range(&query)?).await?;
    let theme = query.get("theme").and_then(Theme::from_name);
    let text = chart::draw(&rows, theme.unwrap_or(Theme::Light))?;
    let media_type = "image/svg+xml";
    Ok(response::from_bytes(
        StatusCode::OK,
        media_type,
        text.into_bytes(),
    ))
}

/// Answers the table as a file.
async fn csv(
    State(app): State<AppState>,
    visit: Visit,
    query: QueryParams,
) -> Result<Response, PageError> {
    let rows = days::read(&app, &visit.ctx, range(&query)?).await?;
    let mut text = "day,conversations\r\n".to_owned();
    for DayRow { day, count } in rows {
        text.push_str(&format!("{day},{count}\r\n"));
    }
    let media_type = "text/csv; charset=utf-8";
    let mut answer = response::from_bytes(StatusCode::OK, media_type, text.into_bytes());
    let name = HeaderValue::from_static("attachment; filename=\"conversations.csv\"");
    answer.headers_mut().insert(CONTENT_DISPOSITION, name);
    Ok(answer)
}

fn count_calls(app: &AppState, visit: &Visit) -> Vec<DialectRow> {
    let mut rows: Vec<DialectRow> = Vec::new();
    for call in app.calls.after(visit.ctx.ws(), 0, MAX_CALLS) {
        let known = rows.iter().position(|row| row.name == call.dialect);
        let index = known.unwrap_or(rows.len());
        if known.is_none() {
            rows.push(DialectRow {
                name: call.dialect,
                calls: 0,
                refused: 0,
                failed: 0,
            });
        }
        let row = &mut rows[index];
        row.calls += 1;
        row.refused += usize::from((400..500).contains(&call.status));
        row.failed += usize::from(call.status >= 500);
    }
    rows.sort_by_key(|row| row.name);
    rows
}
