//! Makes a key, and shows it this once.

use std::time::Duration;

use axum::extract::State;
use axum::response::Response;
use parlor_engine::api_key;
use parlor_kit::AppState;
use parlor_model::api_key::CreateApiKey;
use parlor_model::scope::{Resource, Scopes};
use parlor_model::{Error, Result};
use secrecy::ExposeSecret;

use super::{ShownOnce, show};
use crate::error_page::PageError;
use crate::form::{Form, SignedForm};

const DAY: Duration = Duration::from_secs(24 * 60 * 60);
/// Longest life of a key with an end, in days.
const MAX_DAYS: u64 = 3_660;

pub(super) async fn handle(
    State(app): State<AppState>,
    SignedForm { visit, form }: SignedForm,
) -> Result<Response, PageError> {
    let days = parse_days(form.text("days"))?;
    let command = CreateApiKey {
        name: form.filled("name").map(str::to_owned),
        member: None,
        scopes: parse_scopes(&form)?,
        expires_at: days.map(|days| app.engine.now().saturating_add(days)),
    };
    let created = api_key::create(&app.engine, &visit.ctx, command).await?;
    let shown_once = ShownOnce {
        name: created.key.name.unwrap_or_default(),
        secret: created.secret.expose_secret().to_owned(),
        url: app.settings.public_url.clone(),
    };
    show(&app, &visit, 0, Some(shown_once)).await
}

/// Returns the chosen scopes: the level of each resource, or everything.
fn parse_scopes(form: &Form) -> Result<Scopes> {
    if form.text("power") == "everything" {
        return Ok(Scopes::all());
    }
    let mut scopes = Scopes::NONE;
    for resource in Resource::ALL {
        let name = resource.as_str();
        let level = form.text(name);
        if !level.is_empty() {
            let scope = format!("{name}:{level}");
            let scope = scope
                .parse()
                .map_err(|_| Error::invalid(name, "must be read, write or admin"))?;
            scopes = scopes.with_scope(scope);
        }
    }
    Ok(scopes)
}

/// Parses a number of days; an empty text is no end.
fn parse_days(text: &str) -> Result<Option<Duration>> {
    match text.trim() {
        "" => Ok(None),
        text => text
            .parse::<u64>()
            .ok()
            .filter(|days| (1..=MAX_DAYS).contains(days))
            .map(|days| Some(DAY * days as u32))
            .ok_or_else(|| Error::invalid("days", format!("must be 1 to {MAX_DAYS}"))),
    }
}
