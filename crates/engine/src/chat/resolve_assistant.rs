//! Resolves the assistant of a chat.

use parlor_model::error::EntityKind;
use parlor_model::member::{MemberKey, MemberKind};
use parlor_model::{Ctx, Error, Result};
use parlor_store::Tx;
use parlor_store::repo::member::{self as repo, MemberLookup};

use crate::{Engine, member};

/// Returns the number of the assistant with this key.
///
/// # Errors
/// `NotFound` for an unknown or archived one, `Invalid` for a member of another kind.
pub async fn resolve_assistant(engine: &Engine, ctx: &Ctx, key: MemberKey) -> Result<i64> {
    let ws = ctx.ws();
    engine
        .store
        .read(move |tx| resolve_assistant_in_tx(tx, ws, &key))
        .await
}

/// Resolves like [`resolve_assistant`], within a transaction.
pub(super) fn resolve_assistant_in_tx(tx: &mut dyn Tx, ws: i64, key: &MemberKey) -> Result<i64> {
    let absent = |_| Error::not_found(EntityKind::Assistant);
    let number = member::resolve_or_create(tx, ws, key)
        .map_err(absent)?
        .number;
    let found = repo::find(tx, ws, MemberLookup::Number(number))?;
    let found = found
        .ok_or_else(|| Error::not_found(EntityKind::Assistant))?
        .member;
    if found.key.kind != MemberKind::Assistant {
        return Err(Error::invalid("assistant", "must be an agent member"));
    }
    if found.archived_at.is_some() {
        return Err(Error::not_found(EntityKind::Assistant));
    }
    Ok(number)
}

/// Returns a workflow's assistant, unless it is archived or no assistant any more.
pub(super) fn workflow_assistant(
    tx: &mut dyn Tx,
    ws: i64,
    agent: Option<i64>,
) -> Result<Option<i64>> {
    let Some(number) = agent else {
        return Ok(None);
    };
    let found = repo::find(tx, ws, MemberLookup::Number(number))?.filter(|found| {
        found.member.key.kind == MemberKind::Assistant && found.member.archived_at.is_none()
    });
    Ok(found.map(|_| number))
}
