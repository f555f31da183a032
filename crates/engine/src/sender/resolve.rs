//! Which line a conversation uses: the one that was named, else the workflow's, else the workspace's, else none.

use parlor_model::conversation::Medium;
use parlor_model::error::EntityKind;
use parlor_model::id::IdOrNumber;
use parlor_model::inbox::{Inbox, InboxKey};
use parlor_model::phone_number::{PhoneNumber, PhoneNumberKey};
use parlor_model::{Error, Result};
use parlor_store::Tx;
use parlor_store::repo::{inbox, phone_number};

/// The phone number for a medium. One that is named must exist and carry the medium; a default that is archived,
/// gone or does not carry it is passed over.
pub(crate) fn resolve_phone_number(
    tx: &mut dyn Tx,
    ws: i64,
    medium: Medium,
    named: Option<PhoneNumberKey>,
    of_workflow: Option<i64>,
) -> Result<Option<PhoneNumber>> {
    let carries = |line: &PhoneNumber| match medium {
        Medium::Sms => line.sms,
        Medium::Voice => line.voice,
        Medium::Web | Medium::Email => false,
    };
    if let Some(key) = named {
        let line = phone_number::find(tx, ws, key)?
            .filter(|line| line.archived_at.is_none())
            .ok_or_else(|| Error::not_found(EntityKind::PhoneNumber))?;
        return if carries(&line) {
            Ok(Some(line))
        } else {
            Err(Error::invalid(
                "phone_number",
                "does not carry this channel",
            ))
        };
    }
    if let Some(number) = of_workflow
        && let Some(line) = phone_number::find(tx, ws, IdOrNumber::Number(number))?
        && line.archived_at.is_none()
        && carries(&line)
    {
        return Ok(Some(line));
    }
    Ok(phone_number::find_default(tx, ws)?.filter(carries))
}

/// The inbox. One that is named must exist; a default that is archived or gone is passed over.
pub(crate) fn resolve_inbox(
    tx: &mut dyn Tx,
    ws: i64,
    named: Option<InboxKey>,
    of_workflow: Option<i64>,
) -> Result<Option<Inbox>> {
    if let Some(key) = named {
        return inbox::find(tx, ws, key)?
            .filter(|line| line.archived_at.is_none())
            .map(Some)
            .ok_or_else(|| Error::not_found(EntityKind::Inbox));
    }
    if let Some(number) = of_workflow
        && let Some(line) = inbox::find(tx, ws, IdOrNumber::Number(number))?
        && line.archived_at.is_none()
    {
        return Ok(Some(line));
    }
    inbox::find_default(tx, ws)
}
