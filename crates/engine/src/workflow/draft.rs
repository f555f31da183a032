//! What a draft may name and hold.

use parlor_model::error::EntityKind;
use parlor_model::inbox::InboxKey;
use parlor_model::member::{MemberKey, MemberKind};
use parlor_model::phone_number::PhoneNumberKey;
use parlor_model::{Error, Result};
use parlor_store::Tx;
use serde_json::Value;

use crate::{member, sender};

/// Steps of a workflow at the most.
const MAX_TASKS: usize = 200;
/// Longest JSON of all steps together, in bytes.
const MAX_TASKS_BYTES: usize = 256 * 1024;

/// Longest description and longest opening, in characters.
const MAX_TEXT_CHARS: usize = 10_000;

/// The kept form of a description or an opening; a blank one is none.
pub(super) fn normalize_text(given: Option<&str>, field: &'static str) -> Result<Option<String>> {
    parlor_model::text::normalize_optional(given, field, MAX_TEXT_CHARS)
}

/// Steps are objects, not too many and not too large.
pub(super) fn check_tasks(tasks: &[Value]) -> Result<()> {
    if tasks.len() > MAX_TASKS {
        return Err(Error::invalid("tasks", "must be at most 200"));
    }
    if let Some(index) = tasks.iter().position(|task| !task.is_object()) {
        return Err(Error::invalid(
            format!("tasks[{index}]"),
            "must be an object",
        ));
    }
    let length: usize = tasks.iter().map(|task| task.to_string().len()).sum();
    if length > MAX_TASKS_BYTES {
        return Err(Error::invalid("tasks", "must be at most 256 KiB"));
    }
    Ok(())
}

/// The number of an assistant that a draft names.
pub(super) fn resolve_agent(tx: &mut dyn Tx, ws: i64, key: &MemberKey) -> Result<i64> {
    let found = member::resolve_or_create(tx, ws, key)?;
    if found.kind == MemberKind::Assistant {
        Ok(found.number)
    } else {
        Err(Error::invalid("agent", "must be an agent member"))
    }
}

/// The number of a phone number that a draft names.
pub(super) fn resolve_phone_number(tx: &mut dyn Tx, ws: i64, key: PhoneNumberKey) -> Result<i64> {
    let found = sender::phone_number::find_in_tx(tx, ws, key)?;
    if found.archived_at.is_some() {
        return Err(Error::not_found(EntityKind::PhoneNumber));
    }
    Ok(found.number)
}

/// The number of an inbox that a draft names.
pub(super) fn resolve_inbox(tx: &mut dyn Tx, ws: i64, key: InboxKey) -> Result<i64> {
    sender::inbox::find_in_tx(tx, ws, key).map(|found| found.number)
}
