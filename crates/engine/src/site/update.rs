//! Updates a site.

use parlor_model::scope::{Resource, Scope};
use parlor_model::site::{Site, SiteKey, UpdateSite};
use parlor_model::{Ctx, Result};
use parlor_store::repo::site as repo;

use super::create::{already_exists_error, normalize_locale, normalize_name};
use super::find::find_in_tx;
use crate::{Engine, slug, workflow};

/// Changes a site and returns it. Requires `sites:write`.
pub async fn update(
    engine: &Engine,
    ctx: &Ctx,
    key: SiteKey,
    mut command: UpdateSite,
) -> Result<Site> {
    command.name = command.name.as_deref().map(normalize_name).transpose()?;
    command.slug = command.slug.as_deref().map(slug::validated).transpose()?;
    if let Some(Some(given)) = &command.locale {
        command.locale = Some(Some(normalize_locale(given)?));
    }
    ctx.require(Scope::write(Resource::Sites))?;
    let ws = ctx.ws();
    engine
        .store
        .write(move |tx| {
            let mut site = find_in_tx(tx, ws, key)?;
            if let Some(slug) = &command.slug {
                if repo::slug_exists(tx, ws, slug, site.number)? {
                    return Err(already_exists_error());
                }
                site.slug.clone_from(slug);
            }
            if let Some(name) = &command.name {
                site.name.clone_from(name);
            }
            if let Some(key) = command.workflow {
                site.workflow = key
                    .map(|key| workflow::find_in_tx(tx, ws, key).map(|found| found.number))
                    .transpose()?;
            }
            if let Some(locale) = &command.locale {
                site.locale.clone_from(locale);
            }
            if let Some(archived) = command.archived {
                let now = tx.next_stamp().at;
                site.archived_at = archived.then(|| site.archived_at.unwrap_or(now));
            }
            site.updated_at = repo::update(tx, ws, &site)?;
            Ok(site)
        })
        .await
}
