//! Creates API keys.
//!
//! Keeps INV-24 (`docs/invariants.md`).

use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use parlor_model::api_key::{ApiKey, CreateApiKey, SECRET_PREFIX};
use parlor_model::error::{EntityKind, ForbiddenReason};
use parlor_model::id::ApiKeyId;
use parlor_model::scope::{Resource, Scope};
use parlor_model::{Ctx, Error, Result, limit};
use parlor_store::Tx;
use parlor_store::repo::{api_key as repo, audit, member};
use secrecy::SecretString;
use serde_json::json;

use crate::{Engine, authority};

/// A created key with its secret, which is not stored and cannot be read again.
#[derive(Debug)]
pub struct CreateApiKeyResult {
    /// The key.
    pub key: ApiKey,
    /// `sk-parlor-` followed by 43 characters.
    pub secret: SecretString,
}

/// Creates a key with at most the caller's scopes, bound to a member that the caller may act as. Requires
/// `admin:write`.
///
/// Without a member in the command, a member's key is bound to that member: an unbound key would read conversations
/// that no member may read.
pub async fn create(
    engine: &Engine,
    ctx: &Ctx,
    command: CreateApiKey,
) -> Result<CreateApiKeyResult> {
    ctx.require(Scope::write(Resource::Admin))?;
    limit::NAME.validate_opt(command.name.as_deref(), "name")?;
    let (ws, secret) = (ctx.ws(), generate_secret(engine));
    let hash = engine.vault.hash(&secret);
    let hint = secret_hint(&secret).to_owned();
    if let Some(scope) = command.scopes.first_not_in(ctx.scopes) {
        return Err(Error::forbidden(ForbiddenReason::MissingScope(scope)));
    }
    let ctx = *ctx;
    let member_id = command.member.or(ctx.actor.map(|actor| actor.id));
    let key = engine
        .store
        .write(move |tx| {
            let member = match member_id {
                None => None,
                Some(id) => {
                    let found = member::find(tx, ws, member::MemberLookup::Id(id))?
                        .ok_or_else(|| Error::not_found(EntityKind::Member))?;
                    let number = found.member.key.number;
                    authority::authorize_act_as(tx, &ctx, number)?;
                    Some(number)
                }
            };
            let key = repo::NewApiKeyRow {
                hash: &hash,
                hint: &hint,
                name: command.name.as_deref(),
                member,
                scopes: command.scopes,
                expires_at: command.expires_at,
            };
            let made = repo::insert(tx, ws, &key)?;
            let detail = json!({ "scopes": command.scopes.to_string() });
            audit::insert(
                tx,
                &ctx,
                "key.create",
                EntityKind::Key,
                made.id.uuid(),
                &detail,
            )?;
            Ok(ApiKey {
                number: made.number,
                id: made.id,
                name: command.name.clone(),
                hint: hint.clone(),
                member: member_id,
                member_number: member,
                scopes: command.scopes,
                created_at: made.at,
                expires_at: command.expires_at,
                last_used_at: None,
                revoked_at: None,
            })
        })
        .await?;
    Ok(CreateApiKeyResult {
        key,
        secret: secret.into(),
    })
}

/// Generates the secret of a new key.
pub(crate) fn generate_secret(engine: &Engine) -> String {
    format!(
        "{SECRET_PREFIX}{}",
        BASE64_URL_SAFE_NO_PAD.encode(engine.random::<32>())
    )
}

/// Returns the last characters of a secret, by which lists distinguish keys.
pub(crate) fn secret_hint(secret: &str) -> &str {
    &secret[secret.len() - 4..]
}

/// Inserts a key with every scope, bound to a member.
pub(crate) fn insert(
    tx: &mut dyn Tx,
    ws: i64,
    member: i64,
    name: &str,
    hash: &[u8],
    hint: &str,
) -> Result<ApiKeyId> {
    let key = repo::NewApiKeyRow {
        hash,
        hint,
        name: Some(name),
        member: Some(member),
        scopes: parlor_model::scope::Scopes::all(),
        expires_at: None,
    };
    repo::insert(tx, ws, &key).map(|made| made.id)
}
