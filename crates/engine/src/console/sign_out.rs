//! Lists and ends sessions.

use parlor_model::console::ConsoleSession;
use parlor_model::{Ctx, Result};
use parlor_store::repo::console as repo;

use crate::Engine;

/// Lists the sessions of the key or the member that a session acts as, newest first.
pub async fn list_sessions(
    engine: &Engine,
    ctx: &Ctx,
    session: &ConsoleSession,
) -> Result<Vec<ConsoleSession>> {
    let (ws, owner) = (ctx.ws(), session.owner);
    engine
        .store
        .read(move |tx| repo::list_sessions(tx, ws, owner))
        .await
}

/// Ends a session: its next request is refused and its sockets close.
pub async fn sign_out(engine: &Engine, ctx: &Ctx, session: &ConsoleSession) -> Result<()> {
    let (ws, id) = (ctx.ws(), session.id);
    engine
        .store
        .write(move |tx| repo::delete_session(tx, ws, id))
        .await
}

/// Ends every session of the key or the member that a session acts as; returns their number.
pub async fn sign_out_everywhere(
    engine: &Engine,
    ctx: &Ctx,
    session: &ConsoleSession,
) -> Result<u64> {
    let (ws, owner) = (ctx.ws(), session.owner);
    engine
        .store
        .write(move |tx| repo::delete_sessions(tx, ws, owner))
        .await
}
