//! Sends once more what an endpoint has not got since a time.

use axum::extract::State;
use axum::response::Response;
use parlor_engine::delivery;
use parlor_kit::{AppState, ids, time};
use parlor_model::error::EntityKind;
use parlor_model::id::IdOrNumber;
use parlor_model::{Error, Result, Timestamp};

use super::PAGE;
use crate::error_page::PageError;
use crate::form::SignedForm;
use crate::response::see_other;

pub(super) async fn handle(
    State(app): State<AppState>,
    SignedForm { visit, form }: SignedForm,
) -> Result<Response, PageError> {
    let since = parse_time(form.text("since"))?;
    let also_sent = form.text("also_sent") == "yes";
    let rule = ids::parse_number(form.text("rule"));
    let rule = rule.ok_or_else(|| Error::not_found(EntityKind::EventRule))?;
    let key = IdOrNumber::Number(rule);
    let count = delivery::replay_since(&app.engine, &visit.ctx, key, since, also_sent).await?;
    let path = format!("{}?rule={rule}&recovered={count}", PAGE.path);
    Ok(see_other(&path))
}

/// Parses a time as the browser's own control writes it, in UTC, or in full with its offset.
fn parse_time(text: &str) -> Result<Timestamp> {
    let text = text.trim();
    let in_utc = match text.len() {
        16 => format!("{text}:00Z"),
        19 => format!("{text}Z"),
        _ => text.to_owned(),
    };
    let parsed = time::parse_iso(&in_utc);
    parsed.ok_or_else(|| Error::invalid("since", "must be a time such as 2026-11-30T12:00"))
}
