//! Requests that may be repeated.

use std::time::Duration;

use parlor_model::error::Conflict;
use parlor_model::idempotency::{Answer, Once};
use parlor_model::{Ctx, Error, Result};
use parlor_store::Tx;
use parlor_store::repo::idempotency as repo;

use crate::Engine;

/// How long a first answer is given again.
pub const KEPT: Duration = Duration::from_secs(24 * 60 * 60);

/// Does the work unless it was done under this key, and keeps its rendered answer in the same transaction. Another
/// request under the same key is refused.
pub(crate) fn once<T>(
    tx: &mut dyn Tx,
    ctx: &Ctx,
    once: &Once<T>,
    work: impl FnOnce(&mut dyn Tx) -> Result<T>,
) -> Result<Answer> {
    let since = tx.stamp().at.minus(KEPT);
    if let Some((fingerprint, body)) = repo::find(tx, ctx.ws(), &once.scope, &once.key, since)? {
        if fingerprint != once.fingerprint {
            return Err(Error::conflict(Conflict::IdempotencyMismatch));
        }
        return Ok(Answer {
            body,
            replayed: true,
        });
    }
    let body = (once.render)(&work(tx)?);
    repo::insert(
        tx,
        ctx.ws(),
        &once.scope,
        &once.key,
        &once.fingerprint,
        &body,
    )?;
    repo::sweep(tx, ctx.ws(), since)?;
    Ok(Answer {
        body,
        replayed: false,
    })
}

/// Claims a name: true for the first caller, false for everybody after it for as long as answers are kept.
pub async fn claim(engine: &Engine, ws: i64, scope: &'static str, key: String) -> Result<bool> {
    engine
        .store
        .write(move |tx| {
            let since = tx.stamp().at.minus(KEPT);
            if repo::find(tx, ws, scope, &key, since)?.is_some() {
                return Ok(false);
            }
            repo::insert(tx, ws, scope, &key, &[], &[])?;
            repo::sweep(tx, ws, since)?;
            Ok(true)
        })
        .await
}
