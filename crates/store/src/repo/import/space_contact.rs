//! Imported spaces and contacts.

use parlor_model::id::SpaceId;
use parlor_model::import::ImportContact;
use parlor_model::{Result, principal};

use super::RowTimestamps;
use crate::repo::search_index;
use crate::repo::space::NewSpaceRow;
use crate::sql::import as sql;
use crate::{Tx, params};

/// Inserts a contact; returns false if one of its unique columns is in use.
pub fn insert_contact(
    tx: &mut dyn Tx,
    ws: i64,
    contact: &ImportContact,
    timestamps: RowTimestamps,
) -> Result<bool> {
    tx.register_insert(ws)?;
    let handle = principal::handle_from_id(contact.id.uuid());
    let (profile, metadata) = (&contact.profile, contact.metadata.to_text());
    let number = tx.query_one(
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
            timestamps.created_at,
            timestamps.updated_at,
        ],
        |row| row.int(0),
    )?;
    Ok(number.is_some())
}

/// Overwrites the imported columns of a member.
pub fn update_contact(
    tx: &mut dyn Tx,
    ws: i64,
    number: i64,
    contact: &ImportContact,
    timestamps: RowTimestamps,
) -> Result<()> {
    let (profile, metadata) = (&contact.profile, contact.metadata.to_text());
    search_index::reindex_name(tx, ws, number, profile.name.as_deref())?;
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
            timestamps.created_at,
            timestamps.updated_at,
        ],
    )
    .map(drop)
}

/// Inserts a space; returns false if its alias is in use.
pub fn insert_space(
    tx: &mut dyn Tx,
    ws: i64,
    id: SpaceId,
    space: &NewSpaceRow<'_>,
    timestamps: RowTimestamps,
) -> Result<bool> {
    tx.register_insert(ws)?;
    let number = tx.query_one(
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
            timestamps.created_at,
            timestamps.updated_at,
        ],
        |row| row.int(0),
    )?;
    Ok(number.is_some())
}

/// Overwrites the imported columns of a space; its owner is not one of them.
pub fn update_space(
    tx: &mut dyn Tx,
    ws: i64,
    number: i64,
    space: &NewSpaceRow<'_>,
    timestamps: RowTimestamps,
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
            timestamps.created_at,
            timestamps.updated_at,
        ],
    )
    .map(drop)
}
