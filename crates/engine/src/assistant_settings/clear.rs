//! Removes the settings of a workspace's assistants.

use parlor_model::error::EntityKind;
use parlor_model::scope::{Resource, Scope};
use parlor_model::{Ctx, Result};
use parlor_store::repo::{assistant_settings as repo, audit};
use serde_json::json;

use crate::Engine;

/// Removes all settings of the context's workspace, the key included. Returns whether there were any. The server's
/// settings apply from the next turn on. Requires `admin:write`.
pub async fn clear(engine: &Engine, ctx: &Ctx) -> Result<bool> {
    ctx.require(Scope::write(Resource::Admin))?;
    let ctx = *ctx;
    engine
        .store
        .write(move |tx| {
            let is_cleared = repo::delete(tx, ctx.ws())?;
            if is_cleared {
                let id = ctx.workspace.id.uuid();
                let (action, noun) = ("assistant.clear", EntityKind::Workspace);
                audit::insert(tx, &ctx, action, noun, id, &json!({}))?;
            }
            Ok(is_cleared)
        })
        .await
}
