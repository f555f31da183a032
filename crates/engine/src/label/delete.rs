//! Deletes a label.

use parlor_model::error::EntityKind;
use parlor_model::label::LabelKey;
use parlor_model::scope::{Resource, Scope};
use parlor_model::{Ctx, Result};
use parlor_store::repo::{audit, label as repo};
use serde_json::json;

use super::find::find_in_tx;
use crate::Engine;

/// Deletes a label and detaches it everywhere. Requires `labels:write`.
pub async fn delete(engine: &Engine, ctx: &Ctx, key: LabelKey) -> Result<()> {
    ctx.require(Scope::write(Resource::Labels))?;
    let ctx = *ctx;
    engine
        .store
        .write(move |tx| {
            let label = find_in_tx(tx, ctx.ws(), key)?;
            repo::delete(tx, ctx.ws(), label.number)?;
            let id = label.id.uuid();
            audit::insert(tx, &ctx, "label.delete", EntityKind::Label, id, &json!({}))
        })
        .await
}
