//! The assistant that serves a chat.

use parlor_model::error::Noun;
use parlor_model::member::{Kind, MemberKey};
use parlor_model::{Ctx, Error, Result};
use parlor_store::Tx;
use parlor_store::repo::member::{self as repo, By};

use crate::{Engine, member};

/// The number of an assistant that somebody wants to serve a chat: unknown and archived ones are not found, a member
/// of another kind is refused.
pub async fn assistant(engine: &Engine, ctx: &Ctx, key: MemberKey) -> Result<i64> {
    let ws = ctx.ws();
    engine.store.read(move |tx| named(tx, ws, &key)).await
}

/// The same within a transaction.
pub(super) fn named(tx: &mut dyn Tx, ws: i64, key: &MemberKey) -> Result<i64> {
    let absent = |_| Error::not_found(Noun::Assistant);
    let number = member::resolve(tx, ws, key).map_err(absent)?.number;
    let found = repo::find(tx, ws, By::Number(number))?;
    let found = found
        .ok_or_else(|| Error::not_found(Noun::Assistant))?
        .member;
    if found.key.kind != Kind::Assistant {
        return Err(Error::invalid("assistant", "must be an agent member"));
    }
    if found.archived_at.is_some() {
        return Err(Error::not_found(Noun::Assistant));
    }
    Ok(number)
}

/// A workflow's assistant, if it still is one.
pub(super) fn of_workflow(tx: &mut dyn Tx, ws: i64, agent: Option<i64>) -> Result<Option<i64>> {
    let Some(number) = agent else {
        return Ok(None);
    };
    let found = repo::find(tx, ws, By::Number(number))?.filter(|found| {
        found.member.key.kind == Kind::Assistant && found.member.archived_at.is_none()
    });
    Ok(found.map(|_| number))
}
