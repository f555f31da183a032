//! The start of a scan in creation order.

use parlor_model::keyset::{KeysetQuery, SortOrder};
use parlor_model::{Id, Result, Timestamp};
use parlor_store::stamp::timestamp_from_id;

/// Returns the time and the id strictly after which a scan reads. `created_at` looks up the row of a cursor that has
/// only an id.
pub(crate) fn scan_start<K>(
    query: &KeysetQuery<K>,
    created_at: impl FnOnce(Id<K>) -> Result<Option<Timestamp>>,
) -> Result<(Timestamp, Id<K>)> {
    let Some(after) = &query.after else {
        return Ok(match query.order {
            SortOrder::Ascending => (Timestamp::from_micros(i64::MIN), Id::MIN),
            SortOrder::Descending => (Timestamp::from_micros(i64::MAX), Id::MAX),
        });
    };
    let known = match after.created_at {
        Some(at) => Some(at),
        None => created_at(after.id)?,
    };
    Ok((
        known.unwrap_or_else(|| timestamp_from_id(after.id.uuid())),
        after.id,
    ))
}
