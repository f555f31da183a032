//! Revokes API keys.

use parlor_model::error::EntityKind;
use parlor_model::id::ApiKeyId;
use parlor_model::scope::{Resource, Scope};
use parlor_model::{Ctx, Error, Result};
use parlor_store::repo::{api_key as repo, audit};
use serde_json::json;

use crate::Engine;

/// Revokes a key: the next request with it, or with a token issued from it, is refused. Requires `admin:write`.
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
