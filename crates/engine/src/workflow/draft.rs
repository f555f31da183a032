//! What a draft may name and hold.

use parlor_model::error::Noun;
use parlor_model::line::{InboxKey, PhoneNumberKey};
use parlor_model::member::{Kind, MemberKey};
use parlor_model::{Error, Result};
use parlor_store::Tx;
use serde_json::Value;

use crate::{line, member};

/// Steps of a workflow at the most.
const MOST_TASKS: usize = 200;
/// Longest JSON of all steps together, in bytes.
const LONGEST_TASKS: usize = 256 * 1024;

/// Longest description and longest opening, in characters.
const MAX_TEXT_CHARS: usize = 10_000;

/// The kept form of a description or an opening; a blank one is none.
pub(super) fn text(given: Option<&str>, field: &'static str) -> Result<Option<String>> {
    parlor_model::text::optional(given, field, MAX_TEXT_CHARS)
}

/// Steps are objects, not too many and not too large.
pub(super) fn check_tasks(tasks: &[Value]) -> Result<()> {
    if tasks.len() > MOST_TASKS {
        return Err(Error::invalid("tasks", "must be at most 200"));
    }
    if let Some(index) = tasks.iter().position(|task| !task.is_object()) {
        return Err(Error::invalid(
            format!("tasks[{index}]"),
            "must be an object",
        ));
    }
    let length: usize = tasks.iter().map(|task| task.to_string().len()).sum();
    if length > LONGEST_TASKS {
        return Err(Error::invalid("tasks", "must be at most 256 KiB"));
    }
    Ok(())
}

/// The number of an assistant that a draft names.
pub(super) fn agent(tx: &mut dyn Tx, ws: i64, key: &MemberKey) -> Result<i64> {
    let found = member::resolve(tx, ws, key)?;
    if found.kind == Kind::Assistant {
        Ok(found.number)
    } else {
        Err(Error::invalid("agent", "must be an agent member"))
    }
}

/// The number of a phone number that a draft names.
pub(super) fn phone_number(tx: &mut dyn Tx, ws: i64, key: PhoneNumberKey) -> Result<i64> {
    let found = line::phone_number::existing(tx, ws, key)?;
    if found.archived_at.is_some() {
        return Err(Error::not_found(Noun::PhoneNumber));
    }
    Ok(found.number)
}

/// The number of an inbox that a draft names.
pub(super) fn inbox(tx: &mut dyn Tx, ws: i64, key: InboxKey) -> Result<i64> {
    line::inbox::existing(tx, ws, key).map(|found| found.number)
}
