//! Making a key.

use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use parlor_model::error::Noun;
use parlor_model::id::KeyId;
use parlor_model::key::{CreateKey, PREFIX};
use parlor_model::scope::{Resource, Scope};
use parlor_model::{Ctx, Error, Result, limit};
use parlor_store::Tx;
use parlor_store::repo::{key as repo, member};
use secrecy::SecretString;

use crate::Engine;

/// A key at the only moment its secret is known.
#[derive(Debug)]
pub struct NewKey {
    /// Its id.
    pub id: KeyId,
    /// `sk-parlor-` and 43 characters.
    pub secret: SecretString,
}

/// Makes a key. Asks for `admin:write`.
pub async fn create(engine: &Engine, ctx: &Ctx, command: CreateKey) -> Result<NewKey> {
    ctx.require(Scope::write(Resource::Admin))?;
    limit::NAME.check_given(command.name.as_deref(), "name")?;
    let (ws, secret) = (ctx.ws(), draw(engine));
    let hash = engine.vault.hash(&secret);
    let hint = hint(&secret).to_owned();
    let id = engine
        .store
        .write(move |tx| {
            let member = match command.member {
                None => None,
                Some(id) => Some(
                    member::find(tx, ws, member::By::Id(id))?
                        .ok_or_else(|| Error::not_found(Noun::Member))?
                        .member
                        .key
                        .number,
                ),
            };
            let key = repo::NewKey {
                hash: &hash,
                hint: &hint,
                name: command.name.as_deref(),
                member,
                scopes: command.scopes,
                expires_at: command.expires_at,
            };
            repo::insert(tx, ws, &key)
        })
        .await?;
    Ok(NewKey {
        id,
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
    repo::insert(tx, ws, &key)
}
