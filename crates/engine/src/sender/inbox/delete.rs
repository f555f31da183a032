//! Deletes an inbox.

use parlor_model::error::EntityKind;
use parlor_model::inbox::InboxKey;
use parlor_model::scope::{Resource, Scope};
use parlor_model::{Ctx, Result};
use parlor_store::repo::{audit, inbox as repo};
use serde_json::json;

use super::find::find_in_tx;
use crate::Engine;

/// Deletes an inbox and removes it from workflow drafts; published versions and conversations keep its number. Requires
/// `inboxes:admin`.
pub async fn delete(engine: &Engine, ctx: &Ctx, key: InboxKey) -> Result<()> {
    ctx.require(Scope::admin(Resource::Inboxes))?;
    let ctx = *ctx;
    engine
        .store
        .write(move |tx| {
            let inbox = find_in_tx(tx, ctx.ws(), key)?;
            repo::delete(tx, ctx.ws(), inbox.number)?;
            audit::insert(
                tx,
                &ctx,
                "inbox.delete",
                EntityKind::Inbox,
                inbox.id.uuid(),
                &json!({}),
            )
        })
        .await
}
