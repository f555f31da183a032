//! Labels of members.

use std::collections::HashMap;

use parlor_model::{Ctx, Error, Result, limit, text};
use parlor_store::Tx;
use parlor_store::repo::label as repo;

use crate::Engine;

/// Maximum number of labels per member.
const MAX_LABELS_PER_MEMBER: usize = 50;

/// Returns the normalized names of a member's labels: at most 50 of 1 to 100 characters.
pub(crate) fn validated_names(names: &[String]) -> Result<Vec<String>> {
    if names.len() > MAX_LABELS_PER_MEMBER {
        return Err(Error::invalid("labels", "must be at most 50"));
    }
    names
        .iter()
        .map(|text| text::normalize_required(text, "labels", limit::LABEL.max_chars))
        .collect()
}

/// Sets the labels of a member to exactly these names. Missing labels are created.
pub(crate) fn set_member_labels(
    tx: &mut dyn Tx,
    ws: i64,
    member: i64,
    names: &[String],
) -> Result<()> {
    let mut numbers = Vec::with_capacity(names.len());
    for name in names {
        let found = match repo::find_by_name(tx, ws, name)? {
            Some(found) => Some(found),
            None => match repo::insert(tx, ws, name, None)? {
                Some(made) => Some(made),
                None => repo::find_by_name(tx, ws, name)?,
            },
        };
        let found = found.ok_or_else(|| Error::internal("a label that is taken is not found"))?;
        numbers.push(found.number);
    }
    repo::set_for_member(tx, ws, member, &numbers)
}

/// Returns the label names of members that were shown to the caller, by member number and sorted by name. Members
/// without labels are omitted.
pub async fn list_by_member(
    engine: &Engine,
    ctx: &Ctx,
    members: Vec<i64>,
) -> Result<HashMap<i64, Vec<String>>> {
    if members.is_empty() {
        return Ok(HashMap::new());
    }
    let ws = ctx.ws();
    let rows = engine
        .store
        .read(move |tx| repo::list_names_for_members(tx, ws, &members))
        .await?;
    let mut labels: HashMap<i64, Vec<String>> = HashMap::new();
    for (member, name) in rows {
        labels.entry(member).or_default().push(name);
    }
    Ok(labels)
}
