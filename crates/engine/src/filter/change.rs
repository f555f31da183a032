//! Changing and removing a saved filter.

use parlor_model::filter::{Filter, FilterKey, UpdateFilter};
use parlor_model::{Ctx, Result};
use parlor_store::repo::filter as repo;

use super::create::{check_rules, name, taken};
use super::find::existing;
use crate::Engine;

/// Changes a filter of the acting member and gives it as it is now.
pub async fn update(
    engine: &Engine,
    ctx: &Ctx,
    key: FilterKey,
    mut command: UpdateFilter,
) -> Result<Filter> {
    command.name = command.name.as_deref().map(name).transpose()?;
    command.rules.as_ref().map(check_rules).transpose()?;
    let (ws, owner) = (ctx.ws(), ctx.member()?.number);
    engine
        .store
        .write(move |tx| {
            let mut filter = existing(tx, ws, owner, key)?;
            if let Some(name) = &command.name {
                if repo::name_is_taken(tx, ws, owner, name, filter.number)? {
                    return Err(taken());
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

/// Removes a filter of the acting member.
pub async fn delete(engine: &Engine, ctx: &Ctx, key: FilterKey) -> Result<()> {
    let (ws, owner) = (ctx.ws(), ctx.member()?.number);
    engine
        .store
        .write(move |tx| {
            let filter = existing(tx, ws, owner, key)?;
            repo::delete(tx, ws, filter.number)
        })
        .await
}
