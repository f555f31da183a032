//! `parlor key ...`

use parlor_engine::{Engine, key};
use parlor_kit::ids;
use parlor_model::Ctx;
use parlor_model::error::Noun;
use parlor_model::key::CreateKey;
use parlor_model::scope::Scopes;
use secrecy::ExposeSecret;
use serde_json::{Value, json};

use super::{dashed, find_member, life, names, optional, scopes, time};
use crate::control::NewKey;
use crate::fault::Fault;

pub(super) async fn create(engine: &Engine, ctx: &Ctx, new: NewKey) -> Result<Value, Fault> {
    let member = match &new.member {
        Some(id) => Some(find_member(engine, ctx, id).await?.key.id),
        None => None,
    };
    let life = new.ttl.as_deref().map(life).transpose()?;
    let command = CreateKey {
        name: new.name,
        member,
        scopes: match &new.scopes {
            Some(text) => scopes(text)?,
            None => Scopes::all(),
        },
        expires_at: life.map(|life| engine.now().plus(life)),
    };
    let scopes = command.scopes;
    let made = key::create(engine, ctx, command).await?;
    Ok(json!({
        "id": dashed(made.key.id),
        "key": made.secret.expose_secret(),
        "scopes": names(scopes),
    }))
}

pub(super) async fn list(engine: &Engine, ctx: &Ctx) -> Result<Value, Fault> {
    let keys = key::list(engine, ctx).await?;
    Ok(keys
        .into_iter()
        .map(|key| {
            json!({
                "id": dashed(key.id),
                "name": key.name,
                "hint": key.hint,
                "memberId": optional(key.member),
                "scopes": names(key.scopes),
                "createdAt": time(Some(key.created_at)),
                "expiresAt": time(key.expires_at),
                "lastUsedAt": time(key.last_used_at),
                "revokedAt": time(key.revoked_at),
            })
        })
        .collect())
}

pub(super) async fn revoke(engine: &Engine, ctx: &Ctx, id: &str) -> Result<Value, Fault> {
    let unknown = || parlor_model::Error::not_found(Noun::Key);
    let id = ids::parse_dashed(id).ok_or_else(unknown)?;
    key::revoke(engine, ctx, id).await?;
    Ok(json!({ "id": dashed(id), "revoked": true }))
}
