//! The numbers of the page as CSV.

use std::fmt::Write;

use axum::extract::State;
use axum::response::Response;
use http::header::CONTENT_DISPOSITION;
use http::{HeaderValue, StatusCode};
use parlor_engine::statistics;
use parlor_kit::{AppState, QueryParams, response};
use parlor_model::{Error, Result};

use super::day_row::DayRow;
use super::parse_days;
use crate::error_page::PageError;
use crate::visit::Visit;

const HEADER: &str = "day,conversations,messages,requests,input_tokens,output_tokens\r\n";

pub(super) async fn handle(
    State(app): State<AppState>,
    visit: Visit,
    query: QueryParams,
) -> Result<Response, PageError> {
    let days = parse_days(&query)?;
    let usage = statistics::daily_usage(&app.engine, &visit.ctx, days).await?;
    let mut text = HEADER.to_owned();
    for row in usage.iter().map(DayRow::new) {
        // Nothing but a date and numbers: no value needs quotes.
        let [conversations, messages, requests, input, output] = row.numbers();
        write!(
            text,
            "{},{conversations},{messages},{requests},{input},{output}\r\n",
            row.day
        )
        .map_err(Error::internal)?;
    }
    let media_type = "text/csv; charset=utf-8";
    let mut answer = response::from_bytes(StatusCode::OK, media_type, text.into_bytes());
    answer.headers_mut().insert(
        CONTENT_DISPOSITION,
        HeaderValue::from_static("attachment; filename=\"usage.csv\""),
    );
    Ok(answer)
}
