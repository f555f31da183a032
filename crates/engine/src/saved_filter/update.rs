//! Updates a saved filter.

use parlor_model::saved_filter::{SavedFilter, SavedFilterKey, UpdateSavedFilter};
use parlor_model::{Ctx, Result};
use parlor_store::repo::saved_filter as repo;

use super::create::{already_exists_error, check_rules, normalize_name};
use super::find::find_in_tx;
use crate::Engine;

/// Changes a filter of the acting member and returns it.
pub async fn update(
    engine: &Engine,
    ctx: &Ctx,
    key: SavedFilterKey,
    mut command: UpdateSavedFilter,
) -> Result<SavedFilter> {
    command.name = command.name.as_deref().map(normalize_name).transpose()?;
    command.rules.as_ref().map(check_rules).transpose()?;
    let (ws, owner) = (ctx.ws(), ctx.member()?.number);
    engine
        .store
        .write(move |tx| {
            let mut filter = find_in_tx(tx, ws, owner, key)?;
            if let Some(name) = &command.name {
                if repo::name_exists(tx, ws, owner, name, filter.number)? {
                    return Err(already_exists_error());
                }
                filter.name.clone_from(name);
            }
            if let Some(rules) = &command.rules {
                filter.rules.clone_from(rules);
            }
            filter.updated_at = repo::update(tx, ws, &filter)?;
            Ok(filter)
        })
        .await
}
