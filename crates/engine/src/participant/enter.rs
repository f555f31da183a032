//! Taking part, for the first time or again.

use std::time::Duration;

use parlor_model::log::EntryKind;
use parlor_model::participant::Role;
use parlor_model::{Ctx, Result};
use parlor_store::Tx;
use parlor_store::repo::{log, participant};
use serde_json::json;

/// Somebody who does not take part, and will.
pub(super) struct Entering {
    /// The member's number.
    pub(super) member: i64,
    /// As what.
    pub(super) role: Role,
    /// It took part before.
    pub(super) again: bool,
}

/// Lets them take part, as one change of the conversation. What was said before counts as read.
pub(super) fn enter(
    tx: &mut dyn Tx,
    ctx: &Ctx,
    conversation: i64,
    entering: &[Entering],
) -> Result<()> {
    let ws = ctx.ws();
    let members: Vec<i64> = entering.iter().map(|one| one.member).collect();
    let payload = json!({ "members": members }).to_string();
    let actor = ctx.actor.map(|actor| actor.number);
    let seq = log::append(tx, ws, conversation, EntryKind::Joined, actor, &payload)?;
    let now = tx.stamp().at;
    for (one, after) in entering.iter().zip(0..) {
        // A microsecond each keeps the order in which they were named.
        let at = now.plus(Duration::from_micros(after));
        let write = if one.again {
            participant::come_back
        } else {
            participant::insert
        };
        write(tx, ws, conversation, one.member, one.role, at, seq)?;
    }
    Ok(())
}
