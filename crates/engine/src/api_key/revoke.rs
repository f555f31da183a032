//! Ending a key.

use parlor_model::error::EntityKind;
use parlor_model::id::ApiKeyId;
use parlor_model::scope::{Resource, Scope};
use parlor_model::{Ctx, Error, Result};
use parlor_store::repo::{api_key as repo, audit};
use serde_json::json;

use crate::Engine;

/// Ends a key at once: the next request with it, or with a token made from it, is refused. Asks for `admin:write`.
pub async fn revoke(engine: &Engine, ctx: &Ctx, id: ApiKeyId) -> Result<()> {
    ctx.require(Scope::write(Resource::Admin))?;
    let ctx = *ctx;
    let revoked = engine
        .store
        .write(move |tx| {
            let revoked = repo::revoke(tx, ctx.ws(), id)?;
            if revoked {
                audit::insert(
                    tx,
                    &ctx,
                    "key.revoke",
                    EntityKind::Key,
                    id.uuid(),
                    &json!({}),
                )?;
            }
            Ok(revoked)
        })
        .await?;
    if revoked {
        Ok(())
    } else {
        Err(Error::not_found(EntityKind::Key))
    }
}
