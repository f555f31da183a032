//! Scans spaces for lists and exports.

use std::ops::ControlFlow;
use std::sync::Arc;

use parlor_model::id::{SpaceId, kind};
use parlor_model::keyset::{CreationCursor, KeysetQuery, SortOrder};
use parlor_model::scope::{Resource, Scope};
use parlor_model::space::{SpaceFilter, SpaceRow};
use parlor_model::{Ctx, Metadata, Result};
use parlor_store::repo::{member, space as repo};

use crate::Engine;
use crate::scan::{ScanBatch, scan_start};

/// Maximum number of rows per read, because it occupies a database thread.
const READ_BATCH_ROWS: usize = 500;

/// Passes the next matching spaces of a scan to `each`, at most `query.limit`, as rows borrowed from the database.
///
/// One call reads a bounded number of rows, so a caller that wants a full page repeats it until it has one or `is_end`
/// is set. `each` may break to stop; the next call continues after that row. Ascending scans end at `until`. Requires
/// `spaces:read`.
pub async fn scan<S: Send + 'static>(
    engine: &Engine,
    ctx: &Ctx,
    filter: &Arc<SpaceFilter>,
    query: KeysetQuery<kind::Space>,
    until: SpaceId,
    state: S,
    each: fn(&mut S, &SpaceRow<'_>) -> Result<ControlFlow<()>>,
) -> Result<ScanBatch<S, Option<CreationCursor<kind::Space>>>> {
    ctx.require(Scope::read(Resource::Spaces))?;
    let (ws, filter) = (ctx.ws(), filter.clone());
    engine
        .store
        .read(move |tx| {
            let take = query.limit.min(READ_BATCH_ROWS);
            let filtered = filter.contacts.len() > 1
                || filter.blueprint.is_some()
                || !filter.metadata.is_empty();
            // Filtered rows are cheap, so read more than requested if there is a filter.
            let limit = if filtered { READ_BATCH_ROWS } else { take };
            let contact = match filter.contacts.as_slice() {
                [only] => match member::find(tx, ws, member::MemberLookup::Id(*only))? {
                    Some(found) => Some(found.member.key.number),
                    None => {
                        return Ok(ScanBatch {
                            state,
                            matched: 0,
                            cursor: None,
                            is_end: true,
                        });
                    }
                },
                _ => None,
            };
            let after = scan_start(&query, |id| repo::find_created_at(tx, ws, id))?;
            let mut batch = ScanBatch {
                state,
                matched: 0,
                cursor: None,
                is_end: true,
            };
            let (mut rows, mut is_stopped) = (0, false);
            let mut visit = |row: SpaceRow<'_>| {
                rows += 1;
                // The rest of the window is left for the next call.
                if is_stopped || batch.matched == take {
                    batch.is_end = false;
                } else {
                    batch.cursor = Some(CreationCursor {
                        created_at: Some(row.created_at),
                        id: row.id,
                    });
                    if !filtered || matches(&filter, &row) {
                        batch.matched += 1;
                        is_stopped = each(&mut batch.state, &row)?.is_break();
                    }
                }
                Ok(())
            };
            let window = repo::SpaceScanWindow {
                after,
                until,
                contact,
                limit: limit as i64,
            };
            match query.order {
                SortOrder::Descending => repo::scan_descending(tx, ws, &window, &mut visit)?,
                SortOrder::Ascending => {
                    tx.wait_for_inserts(ws)?;
                    repo::scan_ascending(tx, ws, &window, &mut visit)?;
                }
            }
            batch.is_end &= rows < limit;
            Ok(batch)
        })
        .await
}

fn matches(filter: &SpaceFilter, row: &SpaceRow<'_>) -> bool {
    if filter.contacts.len() > 1
        && !row
            .contact
            .is_some_and(|contact| filter.contacts.contains(&contact))
    {
        return false;
    }
    if filter.blueprint.is_some() && filter.blueprint.as_deref() != row.blueprint {
        return false;
    }
    if filter.metadata.is_empty() {
        return true;
    }
    let metadata = Metadata::from_text(row.metadata);
    filter
        .metadata
        .iter()
        .all(|equality| equality.matches(metadata.map()))
}
