//! Imports spaces.

use parlor_model::error::EntityKind;
use parlor_model::import::ImportSpace;
use parlor_model::space::Space;
use parlor_model::{Ctx, Error, Result};
use parlor_store::Tx;
use parlor_store::repo::import::{self as repo, RowTimestamps};
use parlor_store::repo::member::{self, MemberLookup};
use parlor_store::repo::space::{self, NewSpaceRow};

use super::row_outcome::ImportRowOutcome;
use super::rules;
use crate::member::is_contact;
use crate::space::check_texts;

/// Imports a space. Owner and default conversation are not part of the backup and stay.
pub(super) fn import_row(
    tx: &mut dyn Tx,
    ctx: &Ctx,
    imported: &ImportSpace,
) -> Result<ImportRowOutcome> {
    let ws = ctx.ws();
    let stored = space::find(tx, ws, imported.id)?;
    if let Some(stored) = &stored
        && is_unchanged(stored, imported)
        && rules::timestamps_match(row_timestamps(stored), imported.times)
    {
        return Ok(ImportRowOutcome::Unchanged);
    }
    let contact = match imported.contact {
        None => None,
        Some(id) => {
            let found = member::find(tx, ws, MemberLookup::Id(id))?
                .filter(|found| is_contact(&found.member))
                .ok_or_else(|| Error::not_found(EntityKind::Contact))?;
            Some(found.member.key.number)
        }
    };
    let metadata = imported.metadata.to_text();
    let new = NewSpaceRow {
        name: imported.name.as_deref(),
        description: imported.description.as_deref(),
        contact,
        owner: None,
        alias: imported.alias.as_deref(),
        blueprint: imported.blueprint.as_deref(),
        metadata: &metadata,
    };
    check_texts(&new)?;
    let Some(stored) = stored else {
        rules::check_id_available(tx, ws, imported.id, EntityKind::Space)?;
        let made = rules::new_row_timestamps(tx, imported.id, imported.times)?;
        return if repo::insert_space(tx, ws, imported.id, &new, made)? {
            Ok(ImportRowOutcome::Imported)
        } else {
            Err(rules::already_exists_error(EntityKind::Space, "alias"))
        };
    };
    if let Some(alias) = &imported.alias
        && space::alias_exists(tx, ws, alias, stored.number)?
    {
        return Err(rules::already_exists_error(EntityKind::Space, "alias"));
    }
    let made = rules::updated_row_timestamps(tx, row_timestamps(&stored), imported.times)?;
    repo::update_space(tx, ws, stored.number, &new, made)?;
    Ok(ImportRowOutcome::Updated)
}

fn row_timestamps(stored: &Space) -> RowTimestamps {
    RowTimestamps {
        created_at: stored.created_at,
        updated_at: stored.updated_at,
    }
}

fn is_unchanged(stored: &Space, imported: &ImportSpace) -> bool {
    stored.name == imported.name
        && stored.description == imported.description
        && stored.contact == imported.contact
        && stored.alias == imported.alias
        && stored.blueprint == imported.blueprint
        && stored.metadata.to_text() == imported.metadata.to_text()
}
