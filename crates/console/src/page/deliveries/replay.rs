//! Sends deliveries once more, and resumes a rule that is paused.

use axum::extract::State;
use axum::response::Response;
use parlor_engine::delivery;
use parlor_kit::{AppState, PathParams, time};
use parlor_model::Error;
use parlor_model::error::EntityKind;

use super::{PAGE, parse_either, parse_rule};
use crate::error_page::PageError;
use crate::form::SignedForm;
use crate::response::see_other;

/// Sends one delivery once more, under its id.
pub(super) async fn one(
    State(app): State<AppState>,
    params: PathParams,
    form: SignedForm,
) -> Result<Response, PageError> {
    let key = parse_either(params.get("id"), EntityKind::Delivery)?;
    delivery::replay(&app.engine, &form.visit.ctx, None, key).await?;
    Ok(see_other(&format!("{}/{}", PAGE.path, params.get("id"))))
}

/// Sends once more what has failed of a rule since a time.
pub(super) async fn since(
    State(app): State<AppState>,
    params: PathParams,
    SignedForm { visit, form }: SignedForm,
) -> Result<Response, PageError> {
    let key = parse_rule(params.get("id"))?;
    let text = form.text("since").trim();
    // Fields for a time give it without seconds and zone; it is meant in UTC, as the page shows times.
    let spellings = [text.to_owned(), format!("{text}Z"), format!("{text}:00Z")];
    let since = spellings.iter().find_map(|text| time::parse_iso(text));
    let since =
        since.ok_or_else(|| Error::invalid("since", "must be a time, such as 2026-11-30T12:00"))?;
    delivery::replay_since(&app.engine, &visit.ctx, key, since, false).await?;
    Ok(see_other(&format!("{}?view=waiting", PAGE.path)))
}

/// Resumes a rule.
pub(super) async fn resume(
    State(app): State<AppState>,
    params: PathParams,
    form: SignedForm,
) -> Result<Response, PageError> {
    let key = parse_rule(params.get("id"))?;
    delivery::resume(&app.engine, &form.visit.ctx, key).await?;
    Ok(see_other(PAGE.path))
}
