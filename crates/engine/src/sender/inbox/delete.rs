//! Deleting an inbox.

use parlor_model::error::EntityKind;
use parlor_model::inbox::InboxKey;
use parlor_model::scope::{Resource, Scope};
use parlor_model::{Ctx, Result};
use parlor_store::repo::{audit, inbox as repo};
use serde_json::json;

use super::find::find_in_tx;
use crate::Engine;

/// Deletes an inbox: drafts that named it name none, published versions and conversations keep its number as
/// history. Asks for `inboxes:admin`.
pub async fn delete(engine: &Engine, ctx: &Ctx, key: InboxKey) -> Result<()> {
    ctx.require(Scope::admin(Resource::Inboxes))?;
    let ctx = *ctx;
    engine
        .store
        .write(move |tx| {
            let line = find_in_tx(tx, ctx.ws(), key)?;
            repo::delete(tx, ctx.ws(), line.number)?;
            audit::insert(
                tx,
                &ctx,
                "inbox.delete",
                EntityKind::Inbox,
                line.id.uuid(),
                &json!({}),
            )
        })
        .await
}
