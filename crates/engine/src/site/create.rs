//! Creates a site.

use parlor_model::error::{EntityKind, ErrorKind};
use parlor_model::scope::{Resource, Scope};
use parlor_model::site::{CreateSite, Site};
use parlor_model::{Ctx, Error, Result, limit, text};
use parlor_store::repo::site as repo;

use crate::{Engine, slug, workflow};

/// Maximum number of slug variants that are tried.
const MAX_SLUG_ATTEMPTS: usize = 1_000;

/// Creates a site. A slug derived from the name gets a number if it is used. Requires `sites:write`.
///
/// # Errors
/// `AlreadyExists` for a used slug.
pub async fn create(engine: &Engine, ctx: &Ctx, command: CreateSite) -> Result<Site> {
    let name = normalize_name(&command.name)?;
    let given = command.slug.as_deref().map(slug::validated).transpose()?;
    let locale = command
        .locale
        .as_deref()
        .map(normalize_locale)
        .transpose()?;
    ctx.require(Scope::write(Resource::Sites))?;
    let ws = ctx.ws();
    engine
        .store
        .write(move |tx| {
            let workflow = command
                .workflow
                .map(|key| workflow::find_in_tx(tx, ws, key))
                .transpose()?
                .map(|found| found.number);
            let base = given.clone().unwrap_or_else(|| slug::slugify(&name));
            let tries = if given.is_some() {
                1
            } else {
                MAX_SLUG_ATTEMPTS
            };
            for count in 1..=tries {
                let slug = match count {
                    1 => base.clone(),
                    _ => format!("{base}-{count}"),
                };
                let new = repo::NewSiteRow {
                    slug: &slug,
                    name: &name,
                    workflow,
                    locale: locale.as_deref(),
                };
                if let Some(made) = repo::insert(tx, ws, &new)? {
                    return Ok(made);
                }
            }
            Err(already_exists_error())
        })
        .await
}

/// Returns the normalized name.
pub(super) fn normalize_name(text: &str) -> Result<String> {
    text::normalize_required(text, "name", limit::NAME.max_chars)
}

/// Validates the form of a language tag: groups of at most eight letters and digits, joined by hyphens.
pub(super) fn normalize_locale(text: &str) -> Result<String> {
    let group = |part: &str| {
        (1..=8).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_alphanumeric())
    };
    if text.len() <= 35 && text.split('-').all(group) {
        Ok(text.to_owned())
    } else {
        Err(Error::invalid("locale", "must be a language tag"))
    }
}

pub(super) fn already_exists_error() -> Error {
    Error::new(ErrorKind::AlreadyExists {
        noun: EntityKind::Site,
        field: "slug",
    })
}
