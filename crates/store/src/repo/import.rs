//! Rows that keep the ids and times they had elsewhere.

use parlor_model::error::Noun;
use parlor_model::id::SpaceId;
use parlor_model::import::ImportContact;
use parlor_model::{Id, Result, Timestamp, principal};

use super::search;
use super::space::NewSpace;
use crate::sql::import as sql;
use crate::{Tx, params};

/// When a row was made and last changed.
#[derive(Debug, Clone, Copy)]
#[allow(missing_docs, reason = "each is the column of its name")]
pub struct Made {
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
}

/// What in the workspace has an id.
pub fn owner_of<K>(tx: &mut dyn Tx, ws: i64, id: Id<K>) -> Result<Option<Noun>> {
    tx.one(&sql::OWNERS, params![ws, &id], |row| {
        Ok(match row.text(0)? {
            "member" => Noun::Member,
            "space" => Noun::Space,
            _ => Noun::Conversation,
        })
    })
}

/// Makes a contact; whether it was made, or one of its unique names was taken.
pub fn insert_contact(
    tx: &mut dyn Tx,
    ws: i64,
    contact: &ImportContact,
    made: Made,
) -> Result<bool> {
    tx.announce_insert(ws)?;
    let handle = principal::of_id(contact.id.uuid());
    let (profile, metadata) = (&contact.profile, contact.metadata.to_text());
    let number = tx.one(
        &sql::INSERT_CONTACT,
        params![
            ws,
            &contact.id,
            &handle,
            &contact.fingerprint,
            &profile.name,
            &profile.description,
            &profile.email,
            &profile.phone,
            &profile.nick,
            &profile.preferences,
            &metadata,
            contact.verified_at,
            made.created_at,
            made.updated_at,
        ],
        |row| row.int(0),
    )?;
    Ok(number.is_some())
}

/// Writes over a member what a backup knows of it.
pub fn update_contact(
    tx: &mut dyn Tx,
    ws: i64,
    number: i64,
    contact: &ImportContact,
    made: Made,
) -> Result<()> {
    let (profile, metadata) = (&contact.profile, contact.metadata.to_text());
    search::rename(tx, ws, number, profile.name.as_deref())?;
    tx.execute(
        &sql::UPDATE_CONTACT,
        params![
            ws,
            number,
            &contact.fingerprint,
            &profile.name,
            &profile.description,
            &profile.email,
            &profile.phone,
            &profile.nick,
            &profile.preferences,
            &metadata,
            contact.verified_at,
            made.created_at,
            made.updated_at,
        ],
    )
    .map(drop)
}

/// Makes a space; whether it was made, or its alias was taken.
pub fn insert_space(
    tx: &mut dyn Tx,
    ws: i64,
    id: SpaceId,
    space: &NewSpace<'_>,
    made: Made,
) -> Result<bool> {
    tx.announce_insert(ws)?;
    let number = tx.one(
        &sql::INSERT_SPACE,
        params![
            ws,
            &id,
            space.name,
            space.description,
            space.contact,
            space.alias,
            space.blueprint,
            space.metadata,
            made.created_at,
            made.updated_at,
        ],
        |row| row.int(0),
    )?;
    Ok(number.is_some())
}

/// Writes over a space what a backup knows of it; its owner is nothing of that.
pub fn update_space(
    tx: &mut dyn Tx,
    ws: i64,
    number: i64,
    space: &NewSpace<'_>,
    made: Made,
) -> Result<()> {
    tx.execute(
        &sql::UPDATE_SPACE,
        params![
            ws,
            number,
            space.name,
            space.description,
            space.contact,
            space.alias,
            space.blueprint,
            space.metadata,
            made.created_at,
            made.updated_at,
        ],
    )
    .map(drop)
}
