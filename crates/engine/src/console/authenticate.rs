//! Authenticates requests and sockets of a session.
//!
//! Keeps INV-86 (`docs/invariants.md`).

use std::time::Duration;

use parlor_model::console::{ConsoleSession, ConsoleSessionOwner};
use parlor_model::error::CredentialReason;
use parlor_model::{Ctx, Error, Result};
use parlor_store::repo::console as repo;
use uuid::Uuid;

use super::secret::{self, SecretPurpose};
use super::secret_workspace::find_workspace;
use crate::{Engine, api_key, member};

/// Time after which an unused session ends.
pub(super) const IDLE_TTL: Duration = Duration::from_secs(12 * 60 * 60);
/// Time after which every session ends.
pub(super) const SESSION_TTL: Duration = Duration::from_secs(7 * 24 * 60 * 60);
/// Minimum time between two recordings of a session's use.
const USE_RECORD_INTERVAL: Duration = Duration::from_secs(5 * 60);

/// A valid session and its rights.
#[derive(Debug, Clone, Copy)]
pub struct AuthenticatedSession {
    /// The session.
    pub session: ConsoleSession,
    /// Rights of the key or the member that it acts as, at this moment.
    pub ctx: Ctx,
}

/// Authenticates a session by its secret, and records its use at most every five minutes.
///
/// # Errors
/// `Unauthenticated` for a session that is unknown or has ended, or whose key or member may not act any more.
pub async fn authenticate(
    engine: &Engine,
    secret: &str,
    request: Uuid,
) -> Result<AuthenticatedSession> {
    let workspace = find_workspace(engine, secret).await?;
    let hash = secret::hash(engine, SecretPurpose::Session, secret);
    let ws = workspace.number;
    let found = engine
        .store
        .read(move |tx| repo::find_session(tx, ws, &hash))
        .await?;
    let session = found.ok_or_else(secret::refused)?;
    let now = engine.now();
    if session.expires_at <= now || session.used_at.saturating_add(IDLE_TTL) <= now {
        return Err(Error::unauthenticated(CredentialReason::TokenExpired));
    }
    let ctx = match session.owner {
        ConsoleSessionOwner::Key(key) => {
            api_key::context_by_id(engine, workspace, key, request).await?
        }
        ConsoleSessionOwner::Member(id, epoch) => {
            member::context_by_token(engine, workspace, (id, epoch), None, request).await?
        }
    };
    if session.used_at.saturating_add(USE_RECORD_INTERVAL) <= now {
        let id = session.id;
        engine
            .store
            .write(move |tx| repo::record_session_use(tx, ws, id, now))
            .await?;
    }
    Ok(AuthenticatedSession { session, ctx })
}
