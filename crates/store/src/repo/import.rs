//! Rows that keep the ids and times they had elsewhere.

use parlor_model::error::EntityKind;
use parlor_model::id::SpaceId;
use parlor_model::import::ImportContact;
use parlor_model::{Id, Result, Timestamp, principal};

use super::search;
use super::space::NewSpaceRow;
use crate::sql::import as sql;
use crate::{Tx, params};

/// When a row was made and last changed.
#[derive(Debug, Clone, Copy)]
#[allow(missing_docs, reason = "each is the column of its name")]
pub struct RowTimestamps {
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
}

/// What in the workspace has an id.
pub fn entity_with_id<K>(tx: &mut dyn Tx, ws: i64, id: Id<K>) -> Result<Option<EntityKind>> {
    tx.query_one(&sql::OWNERS, params![ws, &id], |row| {
        Ok(match row.text(0)? {
            "member" => EntityKind::Member,
            "space" => EntityKind::Space,
            _ => EntityKind::Conversation,
        })
    })
}

/// Makes a contact; whether it was made, or one of its unique names was taken.
pub fn insert_contact(
    tx: &mut dyn Tx,
    ws: i64,
    contact: &ImportContact,
    made: RowTimestamps,
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
    made: RowTimestamps,
) -> Result<()> {
    let (profile, metadata) = (&contact.profile, contact.metadata.to_text());
    search::reindex_name(tx, ws, number, profile.name.as_deref())?;
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
    space: &NewSpaceRow<'_>,
    made: RowTimestamps,
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
    space: &NewSpaceRow<'_>,
    made: RowTimestamps,
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
