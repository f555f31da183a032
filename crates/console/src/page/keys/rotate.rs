//! Replaces a key: the new one works now, the old one ends after an overlap.

use std::time::Duration;

use axum::extract::State;
use axum::response::Response;
use parlor_engine::api_key;
use parlor_kit::{AppState, PathParams};
use parlor_model::Error;
use secrecy::ExposeSecret;

use super::revoke::parse_key;
use super::{PageError, ShownOnce, show};
use crate::form::SignedForm;

/// Longest overlap, in hours.
const MAX_HOURS: u64 = 30 * 24;

pub(super) async fn handle(
    State(app): State<AppState>,
    params: PathParams,
    SignedForm { visit, form }: SignedForm,
) -> Result<Response, PageError> {
    let id = parse_key(params.get("id"))?;
    let hours = form.text("hours").trim().parse::<u64>();
    let hours = hours.ok().filter(|hours| *hours <= MAX_HOURS);
    let hours =
        hours.ok_or_else(|| Error::invalid("hours", format!("must be 0 to {MAX_HOURS}")))?;
    let overlap = Duration::from_secs(hours * 60 * 60);
    let created = api_key::rotate(&app.engine, &visit.ctx, id, overlap).await?;
    let shown_once = ShownOnce {
        name: created.key.name.unwrap_or_default(),
        secret: created.secret.expose_secret().to_owned(),
        url: app.settings.public_url.clone(),
    };
    show(&app, &visit, 0, Some(shown_once)).await
}
