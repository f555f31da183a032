//! Idempotent requests.

use std::time::Duration;

use parlor_model::error::ConflictReason;
use parlor_model::idempotency::{IdempotencyRequest, IdempotentResponse};
use parlor_model::{Ctx, Error, Result};
use parlor_store::Tx;
use parlor_store::repo::idempotency as repo;

use crate::Engine;

/// How long a first response is replayed.
const RESPONSE_TTL: Duration = Duration::from_secs(24 * 60 * 60);

/// Runs `work` unless the key was used, and stores the rendered response in the same transaction.
///
/// # Errors
/// `Conflict` if the key was used by a different request.
pub(crate) fn run_idempotent<T>(
    tx: &mut dyn Tx,
    ctx: &Ctx,
    request: &IdempotencyRequest<T>,
    work: impl FnOnce(&mut dyn Tx) -> Result<T>,
) -> Result<IdempotentResponse> {
    let since = tx.next_stamp().at.saturating_sub(RESPONSE_TTL);
    if let Some((fingerprint, body)) =
        repo::find(tx, ctx.ws(), &request.scope, &request.key, since)?
    {
        if fingerprint != request.fingerprint {
            return Err(Error::conflict(ConflictReason::IdempotencyMismatch));
        }
        return Ok(IdempotentResponse {
            body,
            replayed: true,
        });
    }
    let body = (request.render)(&work(tx)?);
    repo::insert(
        tx,
        ctx.ws(),
        &request.scope,
        &request.key,
        &request.fingerprint,
        &body,
    )?;
    repo::sweep(tx, ctx.ws(), since)?;
    Ok(IdempotentResponse {
        body,
        replayed: false,
    })
}

/// Claims a key: returns true for the first caller and false for later ones within [`RESPONSE_TTL`].
pub(crate) async fn claim_key(
    engine: &Engine,
    ws: i64,
    scope: &'static str,
    key: String,
) -> Result<bool> {
    engine
        .store
        .write(move |tx| {
            let since = tx.next_stamp().at.saturating_sub(RESPONSE_TTL);
            if repo::find(tx, ws, scope, &key, since)?.is_some() {
                return Ok(false);
            }
            repo::insert(tx, ws, scope, &key, &[], &[])?;
            repo::sweep(tx, ws, since)?;
            Ok(true)
        })
        .await
}
