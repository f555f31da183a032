//! Replaces API keys.

use std::time::Duration;

use parlor_model::api_key::{ApiKey, ApiKeyKey, CreateApiKey};
use parlor_model::error::EntityKind;
use parlor_model::id::ApiKeyId;
use parlor_model::scope::{Resource, Scope};
use parlor_model::{Ctx, Result};
use parlor_store::repo::{api_key as repo, audit};
use serde_json::json;

use super::{CreateApiKeyResult, create, find};
use crate::Engine;

/// Creates a key like an existing one, with its name, member and scopes, and ends the existing one after an overlap; a key
/// that ends earlier keeps its end. Requires `admin:write`, and what creating the key requires.
///
/// The new key exists before the old one is limited: a failure in between leaves both.
pub async fn rotate(
    engine: &Engine,
    ctx: &Ctx,
    id: ApiKeyId,
    overlap: Duration,
) -> Result<CreateApiKeyResult> {
    ctx.require(Scope::write(Resource::Admin))?;
    let old: ApiKey = find(engine, ctx, ApiKeyKey::Id(id)).await?;
    let created = create(
        engine,
        ctx,
        CreateApiKey {
            name: old.name,
            member: old.member,
            scopes: old.scopes,
            expires_at: old.expires_at,
        },
    )
    .await?;
    let (ctx, end) = (*ctx, engine.now().saturating_add(overlap));
    let seconds = overlap.as_secs();
    engine
        .store
        .write(move |tx| {
            repo::expire(tx, ctx.ws(), id, end)?;
            let detail = json!({ "overlapSeconds": seconds });
            audit::insert(tx, &ctx, "key.rotate", EntityKind::Key, id.uuid(), &detail)
        })
        .await?;
    Ok(created)
}
