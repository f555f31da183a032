//! Changing a conversation by its owner's right.

use parlor_model::conversation::Conversation;
use parlor_model::log::LogEntryKind;
use parlor_model::{Ctx, Result};
use parlor_store::Tx;
use parlor_store::repo::{conversation, log};
use serde_json::{Map, Value};

/// Writes a changed conversation and the log entry that tells of it; without a change nothing is written.
pub(super) fn write_group_profile(
    tx: &mut dyn Tx,
    ctx: &Ctx,
    found: &Conversation,
    changes: Map<String, Value>,
) -> Result<()> {
    if changes.is_empty() {
        return Ok(());
    }
    let actor = ctx.actor.map(|actor| actor.number);
    let payload = Value::Object(changes).to_string();
    log::append_entry(
        tx,
        ctx.ws(),
        found.number,
        LogEntryKind::Changed,
        actor,
        &payload,
    )?;
    conversation::update_group_profile(tx, ctx.ws(), found)
}

/// One change.
pub(super) fn single_change(name: &str, value: Value) -> Map<String, Value> {
    Map::from_iter([(name.to_owned(), value)])
}
