//! The name and picture by which other members know a member.

use parlor_model::Result;
use parlor_model::member::{PublicProfile, UpdateOwnProfile};
use parlor_model::redacted::Redacted;

use super::member::read_ref;
use super::search_index;
use crate::sql::member as sql;
use crate::{SqlValue, Tx, params};

/// Returns the public profiles of members, in no particular order.
pub fn find_many(tx: &mut dyn Tx, ws: i64, numbers: &[i64]) -> Result<Vec<PublicProfile>> {
    const AT_ONCE: usize = 16;
    let mut found = Vec::with_capacity(numbers.len());
    for chunk in numbers.chunks(AT_ONCE) {
        let mut values = [SqlValue::Int(ws); AT_ONCE + 1];
        for (index, value) in values.iter_mut().skip(1).enumerate() {
            *value = SqlValue::Int(chunk.get(index).copied().unwrap_or(chunk[0]));
        }
        found.extend(tx.query_all(&sql::FACES, &values, |row| {
            Ok(PublicProfile {
                member: read_ref(row, 0)?,
                photo: row.opt_string(6)?.filter(|photo| !photo.is_empty()),
                wallet: row.opt_string(7)?.map(Redacted),
            })
        })?);
    }
    Ok(found)
}

/// Writes the changes of a member to its own profile.
pub fn update(tx: &mut dyn Tx, ws: i64, number: i64, profile: &UpdateOwnProfile) -> Result<()> {
    if let Some(name) = &profile.name {
        search_index::reindex_name(tx, ws, number, Some(name))?;
    }
    let at = tx.next_stamp().at;
    tx.execute(
        &sql::SET_FACE,
        params![ws, number, &profile.name, &profile.photo, at],
    )
    .map(drop)
}
