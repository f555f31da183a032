//! Rules for every imported row.

use parlor_model::error::{EntityKind, ErrorKind};
use parlor_model::import::ImportTimestamps;
use parlor_model::{Error, Id, Result, Timestamp};
use parlor_store::Tx;
use parlor_store::repo::import::{self as repo, RowTimestamps};

/// Checks that a new row may have this id: not later than now, because new ids are generated in order, and not used in
/// the workspace by any entity.
pub(super) fn check_id_available<K>(
    tx: &mut dyn Tx,
    ws: i64,
    id: Id<K>,
    entity: EntityKind,
) -> Result<()> {
    let now = tx.next_stamp().id;
    if id == Id::MIN || id.uuid() >= now {
        return Err(Error::invalid("id", "must not lie in the future"));
    }
    match repo::entity_with_id(tx, ws, id)? {
        None => Ok(()),
        Some(_) => Err(already_exists_error(entity, "id")),
    }
}

pub(super) fn already_exists_error(entity: EntityKind, field: &'static str) -> Error {
    Error::new(ErrorKind::AlreadyExists {
        noun: entity,
        field,
    })
}

/// Returns the timestamps of a new row.
pub(super) fn new_row_timestamps<K>(
    tx: &mut dyn Tx,
    id: Id<K>,
    times: ImportTimestamps,
) -> Result<RowTimestamps> {
    let now = tx.next_stamp().at;
    check_not_in_future(times, now)?;
    let created_at = times
        .created_at
        .unwrap_or_else(|| id_timestamp(id).min(now));
    let updated_at = times.updated_at.unwrap_or(created_at);
    check_order(RowTimestamps {
        created_at,
        updated_at,
    })
}

/// Returns the timestamps of an updated row. A value that equals the stored one to the millisecond keeps the stored
/// precision.
pub(super) fn updated_row_timestamps(
    tx: &mut dyn Tx,
    stored: RowTimestamps,
    times: ImportTimestamps,
) -> Result<RowTimestamps> {
    let now = tx.next_stamp().at;
    check_not_in_future(times, now)?;
    let merged = |imported: Option<Timestamp>, stored: Timestamp, default: Timestamp| match imported
    {
        None => default,
        Some(imported) if same_millisecond(imported, stored) => stored,
        Some(imported) => imported,
    };
    check_order(RowTimestamps {
        created_at: merged(times.created_at, stored.created_at, stored.created_at),
        updated_at: merged(times.updated_at, stored.updated_at, now),
    })
}

/// Returns whether the stored timestamps match those of the backup.
pub(super) fn timestamps_match(stored: RowTimestamps, times: ImportTimestamps) -> bool {
    let is = |imported: Option<Timestamp>, stored| {
        imported.is_none_or(|imported| same_millisecond(imported, stored))
    };
    is(times.created_at, stored.created_at) && is(times.updated_at, stored.updated_at)
}

/// Returns whether two times are equal at the precision of backups.
pub(super) fn same_millisecond(one: Timestamp, other: Timestamp) -> bool {
    one.millis() == other.millis()
}

fn check_not_in_future(times: ImportTimestamps, now: Timestamp) -> Result<()> {
    let late = |at: Option<Timestamp>| at.is_some_and(|at| at > now);
    if late(times.created_at) {
        return Err(Error::invalid("createdAt", "must not lie in the future"));
    }
    if late(times.updated_at) {
        return Err(Error::invalid("updatedAt", "must not lie in the future"));
    }
    Ok(())
}

fn check_order(made: RowTimestamps) -> Result<RowTimestamps> {
    if made.updated_at.millis() < made.created_at.millis() {
        return Err(Error::invalid("updatedAt", "must not be before createdAt"));
    }
    Ok(RowTimestamps {
        updated_at: made.updated_at.max(made.created_at),
        ..made
    })
}

/// Returns the creation time in the first 48 bits of an id.
fn id_timestamp<K>(id: Id<K>) -> Timestamp {
    let millis = id.uuid().as_u128() >> 80;
    Timestamp::from_millis(i64::try_from(millis).unwrap_or(0))
}
