//! `GET /chats/stats/daily-creation`, named by developer/api/workspace/chats/stats.

use std::time::Duration;

use axum::extract::State;
use axum::response::Response;
use parlor_engine::statistics;
use parlor_kit::route::ParameterKind::Format;
use parlor_kit::route::{Route, get};
use parlor_kit::{AppState, QueryParams, time};
use serde::Serialize;
use utoipa::ToSchema;

use super::VENDOR_PAGE;
use crate::HandlerError;
use crate::auth::Caller;
use crate::documented::{BAD_QUERY, workspace_path};
use crate::error::ErrorResponse;
use crate::query::parse_timestamp;
use crate::respond::ok_json;

/// Range without `createdAfter`.
const DEFAULT_RANGE: Duration = Duration::from_secs(30 * 24 * 60 * 60);

/// A day on which chats were made.
#[derive(Serialize, ToSchema)]
struct DailyCreation {
    /// `YYYY-MM-DD`, UTC.
    #[schema(format = "date")]
    date: String,
    count: i64,
}

/// The days on which chats were made, oldest first.
#[derive(Serialize, ToSchema)]
struct DailyCreations(Vec<DailyCreation>);

/// Declares the route.
pub(crate) fn route() -> Route {
    get(workspace_path!("/chats/stats/daily-creation"), handle)
        .doc("Counts the chats made per day", VENDOR_PAGE)
        .query(
            "createdAfter",
            Format("date-time"),
            "30 days before the end by default.",
        )
        .query("createdBefore", Format("date-time"), "Now by default.")
        .responds::<DailyCreations>(200, "The days on which chats were made.")
        .errors::<ErrorResponse>(&[BAD_QUERY])
}

/// The last 30 days unless `createdAfter` and `createdBefore` are given, without DMs. Without `chats:read` only the
/// caller's own chats count.
async fn handle(
    State(app): State<AppState>,
    Caller(ctx): Caller,
    query: QueryParams,
) -> Result<Response, HandlerError> {
    let read = |name| {
        query
            .get(name)
            .map(|text| parse_timestamp(name, text))
            .transpose()
    };
    let (after, before) = (read("createdAfter")?, read("createdBefore")?);
    // The end is exclusive; one microsecond later includes chats of this instant.
    let until = before.unwrap_or_else(|| app.engine.now().saturating_add(Duration::from_micros(1)));
    let from = after.unwrap_or_else(|| until.saturating_sub(DEFAULT_RANGE));
    let days = statistics::daily_counts(&app.engine, &ctx, from, until).await?;
    let counted = days
        .into_iter()
        .map(|day| DailyCreation {
            date: time::format_iso(day.start).chars().take(10).collect(),
            count: day.count,
        })
        .collect();
    Ok(ok_json(&DailyCreations(counted)))
}
