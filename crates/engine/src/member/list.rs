//! Lists members: numbered pages of all, keyset scans of contacts.

use parlor_model::id::{MemberId, kind};
use parlor_model::keyset::{CreationCursor, KeysetQuery, SortOrder};
use parlor_model::member::{Member, MemberKind};
use parlor_model::metadata_filter::MetadataFilter;
use parlor_model::scope::{Resource, Scope};
use parlor_model::{Ctx, Result};
use parlor_store::repo::member as repo;

use super::MemberRecord;
use crate::Engine;
use crate::scan::scan_start;

/// Returns a numbered page of members, oldest first, and their total. Requires `members:read`.
pub async fn page(
    engine: &Engine,
    ctx: &Ctx,
    kind: Option<MemberKind>,
    limit: i64,
    offset: i64,
) -> Result<(Vec<Member>, i64)> {
    ctx.require(Scope::read(Resource::Members))?;
    let ws = ctx.ws();
    engine
        .store
        .read(move |tx| {
            Ok((
                repo::page(tx, ws, kind, limit, offset)?,
                repo::count(tx, ws, kind)?,
            ))
        })
        .await
}

/// Result of one bounded read of a scan.
#[derive(Debug)]
pub struct ContactScanBatch {
    /// The matching contacts.
    pub items: Vec<MemberRecord>,
    /// Position of the scan.
    pub cursor: Option<CreationCursor<kind::Member>>,
    /// Whether the scan is complete.
    pub is_end: bool,
}

/// Returns the next contacts of a scan, up to `until` if ascending. Reads at most `query.limit` rows, of which fewer may
/// match the filters. Requires `members:read`.
pub async fn scan_contacts(
    engine: &Engine,
    ctx: &Ctx,
    filters: Vec<MetadataFilter>,
    query: KeysetQuery<kind::Member>,
    until: MemberId,
) -> Result<ContactScanBatch> {
    ctx.require(Scope::read(Resource::Members))?;
    let (ws, limit) = (ctx.ws(), query.limit as i64);
    let rows = engine
        .store
        .read(move |tx| {
            let after = scan_start(&query, |id| repo::find_created_at(tx, ws, id))?;
            match query.order {
                SortOrder::Descending => repo::contacts_before(tx, ws, after, limit),
                SortOrder::Ascending => {
                    tx.wait_for_inserts(ws)?;
                    repo::contacts_after(tx, ws, after, until, limit)
                }
            }
        })
        .await?;
    let last = rows.last().map(|row| CreationCursor {
        created_at: Some(row.member.created_at),
        id: row.member.key.id,
    });
    let is_end = rows.len() < query.limit;
    let items = rows
        .into_iter()
        .filter(|row| {
            filters
                .iter()
                .all(|filter| filter.matches(row.member.metadata.map()))
        })
        .map(MemberRecord::from)
        .collect();
    Ok(ContactScanBatch {
        items,
        cursor: last,
        is_end,
    })
}
