//! Writes a changed conversation together with its log entry.

use parlor_model::conversation::Conversation;
use parlor_model::log::LogEntryKind;
use parlor_model::{Ctx, Result};
use parlor_store::Tx;
use parlor_store::repo::{conversation, log};
use serde_json::{Map, Value};

use crate::outbox;

/// Updates the conversation's row and appends a `Changed` entry with the changes.
pub(crate) fn write_change(
    tx: &mut dyn Tx,
    ctx: &Ctx,
    found: &Conversation,
    changes: &Value,
) -> Result<()> {
    let actor = ctx.actor.map(|actor| actor.number);
    log::append_entry(
        tx,
        ctx.ws(),
        found.number,
        LogEntryKind::Changed,
        actor,
        &changes.to_string(),
    )?;
    outbox::queue_change(tx, ctx.ws(), found)?;
    conversation::update(tx, ctx.ws(), found)
}

/// Updates the columns that an owner may change, and appends a `Changed` entry with the changes. Writes nothing without
/// a change.
pub(crate) fn write_group_profile(
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
    outbox::queue_change(tx, ctx.ws(), found)?;
    conversation::update_group_profile(tx, ctx.ws(), found)
}

/// Builds the payload of a single change.
pub(crate) fn single_change(name: &str, value: Value) -> Map<String, Value> {
    Map::from_iter([(name.to_owned(), value)])
}
