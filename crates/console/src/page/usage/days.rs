//! Conversations by day.

use std::time::Duration;

use parlor_engine::statistics;
use parlor_kit::{AppState, time};
use parlor_model::{Ctx, Result, Timestamp};

const DAY: Duration = Duration::from_secs(24 * 60 * 60);
const DAY_MICROS: i64 = 86_400_000_000;

/// A day in UTC, and the number of conversations that were made on it.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct DayRow {
    pub(super) day: String,
    pub(super) count: i64,
}

/// What a chart shows, as a sentence.
pub(super) struct Trend(pub(super) String);

impl Trend {
    pub(super) fn new(rows: &[DayRow]) -> Self {
        let total: i64 = rows.iter().map(|row| row.count).sum();
        let busiest = rows.iter().max_by_key(|row| row.count);
        Self(match busiest {
            Some(busiest) if total > 0 => format!(
                "{total} conversations were made in {} days, most of them on {}",
                rows.len(),
                busiest.day
            ),
            _ => "No conversations were made in this range".to_owned(),
        })
    }
}

/// Reads the last days, today included, oldest first; days without conversations too.
pub(super) async fn read(app: &AppState, ctx: &Ctx, days: i64) -> Result<Vec<DayRow>> {
    let now = app.engine.now();
    let today = now.micros().div_euclid(DAY_MICROS) * DAY_MICROS;
    let first = today - (days - 1) * DAY_MICROS;
    let from = Timestamp::from_micros(first);
    let until = Timestamp::from_micros(today).saturating_add(DAY);
    let counts = statistics::daily_counts(&app.engine, ctx, from, until).await?;
    let day_rows = (0..days).map(|index| {
        let start = Timestamp::from_micros(first + index * DAY_MICROS);
        let found = counts.iter().find(|found| found.start == start);
        let iso = time::format_iso(start);
        DayRow {
            day: iso.split('T').next().unwrap_or_default().to_owned(),
            count: found.map_or(0, |found| found.count),
        }
    });
    Ok(day_rows.collect())
}
