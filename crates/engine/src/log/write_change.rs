//! Writes a changed conversation together with its log entry.

use parlor_model::conversation::Conversation;
use parlor_model::log::LogEntryKind;
use parlor_model::{Ctx, Result};
use parlor_store::Tx;
use parlor_store::repo::{conversation, log};
use serde_json::{Map, Value};

use crate::outbox;

/// Updates the conversation's row, appends a `Changed` entry with the changes and queues what they are for receivers of
/// events.
pub(crate) fn write_change(
    tx: &mut dyn Tx,
    ctx: &Ctx,
    found: &Conversation,
    changes: &Value,
) -> Result<()> {
    let actor = ctx.actor.map(|actor| actor.number);
    write_change_by(tx, (ctx.ws(), actor), found, changes)
}

/// Does what [`write_change`] does in a workspace, by number, for this member or for the server itself.
pub(crate) fn write_change_by(
    tx: &mut dyn Tx,
    (ws, actor): (i64, Option<i64>),
    found: &Conversation,
    changes: &Value,
) -> Result<()> {
    append_changed(tx, (ws, actor), found, &changes.to_string())?;
    conversation::update(tx, ws, found)
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
    append_changed(tx, (ctx.ws(), actor), found, &payload)?;
    conversation::update_group_profile(tx, ctx.ws(), found)
}

/// Appends the entry and queues the change. Called before the row is written: it says what was so before.
fn append_changed(
    tx: &mut dyn Tx,
    (ws, actor): (i64, Option<i64>),
    found: &Conversation,
    payload: &str,
) -> Result<()> {
    let kind = LogEntryKind::Changed;
    log::append_entry(tx, ws, found.number, kind, actor, payload)?;
    outbox::queue_change(tx, ws, found)
}

/// Builds the payload of a single change.
pub(crate) fn single_change(name: &str, value: Value) -> Map<String, Value> {
    Map::from_iter([(name.to_owned(), value)])
}
