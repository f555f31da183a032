//! Sends a delivery once more, under its id.

use axum::extract::State;
use axum::response::Response;
use parlor_engine::delivery;
use parlor_kit::{AppState, PathParams, ids};

use super::PAGE;
use super::show::parse_key;
use crate::error_page::PageError;
use crate::form::SignedForm;
use crate::response::see_other;

pub(super) async fn handle(
    State(app): State<AppState>,
    params: PathParams,
    form: SignedForm,
) -> Result<Response, PageError> {
    let key = parse_key(params.get("id"))?;
    let replayed = delivery::replay(&app.engine, &form.visit.ctx, None, key).await?;
    let path = format!("{}/{}", PAGE.path, ids::format_uuid(replayed.id));
    Ok(see_other(&path))
}
