//! Updates a label.

use parlor_model::label::{Label, LabelKey, UpdateLabel};
use parlor_model::scope::{Resource, Scope};
use parlor_model::{Ctx, Result};
use parlor_store::repo::label as repo;

use super::create::{already_exists_error, normalize_color, normalize_name};
use super::find::find_in_tx;
use crate::Engine;

/// Changes a label and returns it. Requires `labels:write`.
pub async fn update(
    engine: &Engine,
    ctx: &Ctx,
    key: LabelKey,
    mut command: UpdateLabel,
) -> Result<Label> {
    command.name = command.name.as_deref().map(normalize_name).transpose()?;
    if let Some(Some(given)) = &command.color {
        command.color = Some(Some(normalize_color(given)?));
    }
    ctx.require(Scope::write(Resource::Labels))?;
    let ws = ctx.ws();
    engine
        .store
        .write(move |tx| {
            let mut label = find_in_tx(tx, ws, key)?;
            if let Some(name) = &command.name {
                let namesake = repo::find_by_name(tx, ws, name)?;
                if namesake.is_some_and(|other| other.number != label.number) {
                    return Err(already_exists_error());
                }
                label.name.clone_from(name);
            }
            if let Some(color) = &command.color {
                label.color.clone_from(color);
            }
            repo::update(tx, ws, &label)?;
            Ok(label)
        })
        .await
}
