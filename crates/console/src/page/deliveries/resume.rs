//! Resumes a paused endpoint.

use axum::extract::State;
use axum::response::Response;
use parlor_engine::delivery;
use parlor_kit::{AppState, PathParams, ids};
use parlor_model::Error;
use parlor_model::error::EntityKind;
use parlor_model::id::IdOrNumber;

use super::PAGE;
use crate::error_page::PageError;
use crate::form::SignedForm;
use crate::response::see_other;

pub(super) async fn handle(
    State(app): State<AppState>,
    params: PathParams,
    form: SignedForm,
) -> Result<Response, PageError> {
    let rule = ids::parse_number(params.get("rule"));
    let rule = rule.ok_or_else(|| Error::not_found(EntityKind::EventRule))?;
    delivery::resume(&app.engine, &form.visit.ctx, IdOrNumber::Number(rule)).await?;
    Ok(see_other(&format!("{}?rule={rule}", PAGE.path)))
}
