//! Validates a workflow draft and resolves its references.

use parlor_model::error::EntityKind;
use parlor_model::inbox::InboxKey;
use parlor_model::member::{MemberKey, MemberKind};
use parlor_model::phone_number::PhoneNumberKey;
use parlor_model::{Error, Result};
use parlor_store::Tx;
use parlor_store::repo::{inbox, phone_number};
use serde_json::Value;

use crate::member;

/// Maximum number of steps of a workflow.
const MAX_TASKS: usize = 200;
/// Maximum size of all steps as JSON.
const MAX_TASKS_BYTES: usize = 256 * 1024;

/// Maximum length of a description or an opening.
const MAX_TEXT_CHARS: usize = 10_000;

/// Returns the normalized description or opening; a blank one becomes `None`.
pub(super) fn normalize_text(given: Option<&str>, field: &'static str) -> Result<Option<String>> {
    parlor_model::text::normalize_optional(given, field, MAX_TEXT_CHARS)
}

/// Checks that the steps are objects, and their number and size.
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

/// Returns the number of the named assistant.
pub(super) fn resolve_agent(tx: &mut dyn Tx, ws: i64, key: &MemberKey) -> Result<i64> {
    let found = member::resolve_or_create(tx, ws, key)?;
    if found.kind == MemberKind::Assistant {
        Ok(found.number)
    } else {
        Err(Error::invalid("agent", "must be an agent member"))
    }
}

/// Returns the number of the named phone number.
pub(super) fn resolve_phone_number(tx: &mut dyn Tx, ws: i64, key: PhoneNumberKey) -> Result<i64> {
    phone_number::find(tx, ws, key)?
        .filter(|found| found.archived_at.is_none())
        .map(|found| found.number)
        .ok_or_else(|| Error::not_found(EntityKind::PhoneNumber))
}

/// Returns the number of the named inbox.
pub(super) fn resolve_inbox(tx: &mut dyn Tx, ws: i64, key: InboxKey) -> Result<i64> {
    inbox::find(tx, ws, key)?
        .map(|found| found.number)
        .ok_or_else(|| Error::not_found(EntityKind::Inbox))
}
