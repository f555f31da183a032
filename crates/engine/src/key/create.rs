//! Making a key.

use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use parlor_model::error::{Denied, Noun};
use parlor_model::id::KeyId;
use parlor_model::key::{CreateKey, Key, PREFIX};
use parlor_model::scope::{Resource, Scope};
use parlor_model::{Ctx, Error, Result, limit};
use parlor_store::Tx;
use parlor_store::repo::{audit, key as repo, member};
use secrecy::SecretString;
use serde_json::json;

use crate::{Engine, authority};

/// A key at the only moment its secret is known.
#[derive(Debug)]
pub struct NewKey {
    /// The key.
    pub key: Key,
    /// `sk-parlor-` and 43 characters.
    pub secret: SecretString,
}

/// Makes a key that can do nothing its maker cannot: its scopes are among the maker's, and it acts for whom the maker may
/// act for. A member's key acts for the member itself where it names nobody: one that acts for nobody would open what no
/// member sees. Asks for `admin:write`.
pub async fn create(engine: &Engine, ctx: &Ctx, command: CreateKey) -> Result<NewKey> {
    ctx.require(Scope::write(Resource::Admin))?;
    limit::NAME.check_given(command.name.as_deref(), "name")?;
    let (ws, secret) = (ctx.ws(), draw(engine));
    let hash = engine.vault.hash(&secret);
    let hint = hint(&secret).to_owned();
    if let Some(scope) = command.scopes.beyond(ctx.scopes) {
        return Err(Error::forbidden(Denied::MissingScope(scope)));
    }
    let ctx = *ctx;
    let wanted = command.member.or(ctx.actor.map(|actor| actor.id));
    let key = engine
        .store
        .write(move |tx| {
            let member = match wanted {
                None => None,
                Some(id) => {
                    let found = member::find(tx, ws, member::By::Id(id))?
                        .ok_or_else(|| Error::not_found(Noun::Member))?;
                    let number = found.member.key.number;
                    authority::act_as(tx, &ctx, number)?;
                    Some(number)
                }
            };
            let key = repo::NewKey {
                hash: &hash,
                hint: &hint,
                name: command.name.as_deref(),
                member,
                scopes: command.scopes,
                expires_at: command.expires_at,
            };
            let made = repo::insert(tx, ws, &key)?;
            let detail = json!({ "scopes": command.scopes.to_string() });
            audit::insert(tx, &ctx, "key.create", Noun::Key, made.id.uuid(), &detail)?;
            Ok(Key {
                number: made.number,
                id: made.id,
                name: command.name.clone(),
                hint: hint.clone(),
                member: wanted,
                member_number: member,
                scopes: command.scopes,
                created_at: made.at,
                expires_at: command.expires_at,
                last_used_at: None,
                revoked_at: None,
            })
        })
        .await?;
    Ok(NewKey {
        key,
        secret: secret.into(),
    })
}

/// The secret of a key to come.
pub(crate) fn draw(engine: &Engine) -> String {
    format!(
        "{PREFIX}{}",
        BASE64_URL_SAFE_NO_PAD.encode(engine.random::<32>())
    )
}

/// The last characters of a secret, by which lists tell keys apart.
pub(crate) fn hint(secret: &str) -> &str {
    &secret[secret.len() - 4..]
}

/// Keeps a key with every scope for a member, within a transaction.
pub(crate) fn insert(
    tx: &mut dyn Tx,
    ws: i64,
    member: i64,
    name: &str,
    hash: &[u8],
    hint: &str,
) -> Result<KeyId> {
    let key = repo::NewKey {
        hash,
        hint,
        name: Some(name),
        member: Some(member),
        scopes: parlor_model::scope::Scopes::all(),
        expires_at: None,
    };
    repo::insert(tx, ws, &key).map(|made| made.id)
}
