//! Usage: conversations, messages and tokens of the workspace by day, as charts, as a table and as CSV.

mod chart;
mod csv;
mod day_row;
mod finding;

use askama::Template;
use axum::Router;
use axum::extract::State;
use axum::response::Response;
use axum::routing::get;
use http::StatusCode;
use parlor_engine::statistics::{self, DailyUsage};
use parlor_kit::{AppState, QueryParams};
use parlor_model::Result;
use parlor_model::scope::{Resource, Scope};

use self::chart::{Chart, ChartSeries, SeriesColor};
use self::day_row::DayRow;
use self::finding::finding;
use crate::error_page::PageError;
use crate::page_entry::PageEntry;
use crate::response::html;
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
/// Range of a page that names none.
const DEFAULT_DAYS: i64 = 30;

fn routes() -> Router<AppState> {
    Router::new()
        .route(PAGE.path, get(handle))
        .route("/console/usage/csv", get(csv::handle))
}

#[derive(Template)]
#[template(path = "page/usage/usage.html")]
struct UsagePage {
    shell: Shell,
    ranges: [i64; 3],
    days: i64,
    charts: Vec<ChartView>,
    rows: Vec<DayRow>,
    is_empty: bool,
}

/// A chart with its caption.
struct ChartView {
    name: &'static str,
    caption: String,
    /// What the bars of a day stand for, if there are several.
    legend: Option<&'static str>,
    svg: Chart,
}

async fn handle(
    State(app): State<AppState>,
    visit: Visit,
    query: QueryParams,
) -> Result<Response, PageError> {
    let days = parse_days(&query)?;
    let usage = statistics::daily_usage(&app.engine, &visit.ctx, days).await?;
    let rows: Vec<DayRow> = usage.iter().map(DayRow::new).collect();
    let page = UsagePage {
        shell: Shell::new(&app, &visit, &PAGE).await?,
        ranges: RANGES,
        days,
        is_empty: rows.iter().all(DayRow::is_empty),
        charts: draw_charts(&usage, &rows)?,
        rows,
    };
    Ok(html(StatusCode::OK, &page)?)
}

/// Returns the range of a query, in days.
fn parse_days(query: &QueryParams) -> Result<i64> {
    query.get_int("days", DEFAULT_DAYS, 1, RANGES[2])
}

fn draw_charts(usage: &[DailyUsage], rows: &[DayRow]) -> Result<Vec<ChartView>> {
    let days: Vec<&str> = rows.iter().map(|row| row.day.as_str()).collect();
    let by_day = |value: fn(&DailyUsage) -> i64| usage.iter().map(value).collect::<Vec<_>>();
    let messages = by_day(|day| day.messages);
    let conversations = by_day(|day| day.conversations);
    let tokens = by_day(|day| day.tokens.total());
    let prompts = by_day(|day| day.tokens.input_tokens);
    let answers = by_day(|day| day.tokens.output_tokens);
    let first = |values| ChartSeries::new(SeriesColor::First, values);
    let drawn = [
        ("messages", "messages", &messages, vec![first(&messages)]),
        (
            "conversations",
            "new conversations",
            &conversations,
            vec![first(&conversations)],
        ),
        (
            "tokens",
            "tokens",
            &tokens,
            vec![
                first(&prompts),
                ChartSeries::new(SeriesColor::Second, &answers),
            ],
        ),
    ];
    let mut charts = Vec::new();
    for (name, noun, totals, series) in drawn {
        let caption = finding(noun, &days, totals);
        let two = "Of each day the left bar is what prompts had, the right one what answers had.";
        charts.push(ChartView {
            name,
            legend: (series.len() > 1).then_some(two),
            svg: Chart::draw(name, &caption, &days, &series)?,
            caption,
        });
    }
    Ok(charts)
}
