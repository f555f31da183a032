//! Opens sessions of the console.

use parlor_model::console::ConsoleSessionOwner;
use parlor_model::error::EntityKind;
use parlor_model::{Ctx, Error, Result};
use parlor_store::repo::{audit, console as repo};
use secrecy::SecretString;
use serde_json::json;
use uuid::Uuid;

use super::authenticate::{IDLE_TTL, SESSION_TTL};
use super::secret::{self, SecretPurpose};
use super::secret_workspace::find_workspace;
use crate::{Engine, api_key, member};

/// A session that was opened.
#[derive(Debug)]
pub struct SignInResult {
    /// Secret of the session, which is not stored.
    pub secret: SecretString,
    /// Rights of the session.
    pub ctx: Ctx,
}

/// Opens a session with the rights of an API key. Its browser needs the key no more.
///
/// # Errors
/// `Unauthenticated` for an unknown, revoked or expired key.
pub async fn sign_in_with_key(engine: &Engine, key: &str, request: Uuid) -> Result<SignInResult> {
    let ctx = api_key::authenticate(engine, key, request).await?;
    let id = ctx
        .key
        .ok_or_else(|| Error::internal("a key's context names no key"))?;
    open(engine, &ctx, ConsoleSessionOwner::Key(id)).await
}

/// Uses up a link and opens a session with the rights of its member.
///
/// # Errors
/// `Unauthenticated` for a link that is unknown, used or expired, or whose member may not act any more.
pub async fn sign_in_with_link(engine: &Engine, link: &str, request: Uuid) -> Result<SignInResult> {
    let workspace = find_workspace(engine, link).await?;
    let hash = secret::hash(engine, SecretPurpose::Link, link);
    let (ws, now) = (workspace.number, engine.now());
    let redeemed = engine
        .store
        .write(move |tx| repo::redeem_link(tx, ws, &hash, now))
        .await?;
    let (id, epoch) = redeemed.ok_or_else(secret::refused)?;
    let ctx = member::context_by_token(engine, workspace, (id, epoch), None, request).await?;
    open(engine, &ctx, ConsoleSessionOwner::Member(id, epoch)).await
}

async fn open(engine: &Engine, ctx: &Ctx, owner: ConsoleSessionOwner) -> Result<SignInResult> {
    let secret = secret::generate(engine, ctx.workspace.id);
    let hash = secret::hash(engine, SecretPurpose::Session, &secret);
    let (copy, now) = (*ctx, engine.now());
    let times = (
        now,
        now.saturating_sub(IDLE_TTL),
        now.saturating_add(SESSION_TTL),
    );
    engine
        .store
        .write(move |tx| {
            let session = repo::insert_session(tx, copy.ws(), (&hash, owner), times)?;
            let (noun, id) = match owner {
                ConsoleSessionOwner::Key(key) => (EntityKind::Key, key.uuid()),
                ConsoleSessionOwner::Member(member, _) => (EntityKind::Member, member.uuid()),
            };
            let detail = json!({ "session": session.uuid().hyphenated().to_string() });
            audit::insert(tx, &copy, "console.sign-in", noun, id, &detail)
        })
        .await?;
    Ok(SignInResult {
        secret: secret.into(),
        ctx: *ctx,
    })
}
