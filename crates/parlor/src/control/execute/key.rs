//! `parlor key ...`

use parlor_engine::{Engine, api_key};
use parlor_kit::ids;
use parlor_model::Ctx;
use parlor_model::api_key::CreateApiKey;
use parlor_model::error::EntityKind;
use parlor_model::scope::Scopes;
use secrecy::ExposeSecret;
use serde_json::{Value, json};

use super::{
    find_member, parse_scopes, parse_ttl, render_id, render_optional_id, render_time, scope_names,
};
use crate::cli_error::CliError;
use crate::control::CreateKeyArgs;

pub(super) async fn create(
    engine: &Engine,
    ctx: &Ctx,
    args: CreateKeyArgs,
) -> Result<Value, CliError> {
    let member = match &args.member {
        Some(id) => Some(find_member(engine, ctx, id).await?.key.id),
        None => None,
    };
    let ttl = args.ttl.as_deref().map(parse_ttl).transpose()?;
    let command = CreateApiKey {
        name: args.name,
        member,
        scopes: match &args.scopes {
            Some(text) => parse_scopes(text)?,
            None => Scopes::all(),
        },
        expires_at: ttl.map(|ttl| engine.now().saturating_add(ttl)),
    };
    let scopes = command.scopes;
    let created = api_key::create(engine, ctx, command).await?;
    Ok(json!({
        "id": render_id(created.key.id),
        "key": created.secret.expose_secret(),
        "scopes": scope_names(scopes),
    }))
}

pub(super) async fn list(engine: &Engine, ctx: &Ctx) -> Result<Value, CliError> {
    let keys = api_key::list(engine, ctx).await?;
    Ok(keys
        .into_iter()
        .map(|key| {
            json!({
                "id": render_id(key.id),
                "name": key.name,
                "hint": key.hint,
                "memberId": render_optional_id(key.member),
                "scopes": scope_names(key.scopes),
                "createdAt": render_time(Some(key.created_at)),
                "expiresAt": render_time(key.expires_at),
                "lastUsedAt": render_time(key.last_used_at),
                "revokedAt": render_time(key.revoked_at),
            })
        })
        .collect())
}

pub(super) async fn revoke(engine: &Engine, ctx: &Ctx, id: &str) -> Result<Value, CliError> {
    let unknown = || parlor_model::Error::not_found(EntityKind::Key);
    let id = ids::parse_uuid(id).ok_or_else(unknown)?;
    api_key::revoke(engine, ctx, id).await?;
    Ok(json!({ "id": render_id(id), "revoked": true }))
}
