//! Resolves the sender of a conversation: the named one, else the workflow's, else the workspace's default, else none.

use parlor_model::conversation::Medium;
use parlor_model::error::EntityKind;
use parlor_model::id::IdOrNumber;
use parlor_model::inbox::{Inbox, InboxKey};
use parlor_model::phone_number::{PhoneNumber, PhoneNumberKey};
use parlor_model::{Error, Result};
use parlor_store::Tx;
use parlor_store::repo::{inbox, phone_number};

/// Returns the phone number for a medium. A default that is archived, missing or does not support the medium is
/// skipped.
///
/// # Errors
/// `NotFound` for an unknown named one, `Invalid` if it does not support the medium.
pub(crate) fn resolve_phone_number(
    tx: &mut dyn Tx,
    ws: i64,
    medium: Medium,
    named: Option<PhoneNumberKey>,
    of_workflow: Option<i64>,
) -> Result<Option<PhoneNumber>> {
    let carries = |found: &PhoneNumber| match medium {
        Medium::Sms => found.sms,
        Medium::Voice => found.voice,
        Medium::Web | Medium::Email => false,
    };
    if let Some(key) = named {
        let found = phone_number::find(tx, ws, key)?
            .filter(|found| found.archived_at.is_none())
            .ok_or_else(|| Error::not_found(EntityKind::PhoneNumber))?;
        return if carries(&found) {
            Ok(Some(found))
        } else {
            Err(Error::invalid(
                "phone_number",
                "does not carry this channel",
            ))
        };
    }
    if let Some(number) = of_workflow
        && let Some(found) = phone_number::find(tx, ws, IdOrNumber::Number(number))?
        && found.archived_at.is_none()
        && carries(&found)
    {
        return Ok(Some(found));
    }
    Ok(phone_number::find_default(tx, ws)?.filter(carries))
}

/// Returns the inbox. A default that is archived or missing is skipped.
///
/// # Errors
/// `NotFound` for an unknown named one.
pub(crate) fn resolve_inbox(
    tx: &mut dyn Tx,
    ws: i64,
    named: Option<InboxKey>,
    of_workflow: Option<i64>,
) -> Result<Option<Inbox>> {
    if let Some(key) = named {
        return inbox::find(tx, ws, key)?
            .filter(|found| found.archived_at.is_none())
            .map(Some)
            .ok_or_else(|| Error::not_found(EntityKind::Inbox));
    }
    if let Some(number) = of_workflow
        && let Some(found) = inbox::find(tx, ws, IdOrNumber::Number(number))?
        && found.archived_at.is_none()
    {
        return Ok(Some(found));
    }
    inbox::find_default(tx, ws)
}
