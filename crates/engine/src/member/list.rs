//! Listing members: numbered pages of all, keyset batches of contacts.

use parlor_model::id::{MemberId, kind};
use parlor_model::keyset::{CreationCursor, KeysetQuery, SortOrder};
use parlor_model::member::{Member, MemberKind};
use parlor_model::metadata_filter::MetadataFilter;
use parlor_model::scope::{Resource, Scope};
use parlor_model::{Ctx, Result};
use parlor_store::repo::member as repo;

use super::MemberRecord;
use crate::{Engine, creation_order};

/// A numbered page of members, oldest first, and how many there are. Asks for `members:read`.
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

/// Some contacts of a walk.
#[derive(Debug)]
pub struct ContactScanBatch {
    /// Those that match.
    pub items: Vec<MemberRecord>,
    /// How far the walk has come.
    pub cursor: Option<CreationCursor<kind::Member>>,
    /// Nothing is left behind it.
    pub is_end: bool,
}

/// The next contacts of a walk: everybody but assistants and the owner, up to `until` when ascending. Reads at most
/// `walk.take` rows; fewer may match the filters. Asks for `members:read`.
pub async fn scan_contacts(
    engine: &Engine,
    ctx: &Ctx,
    filters: Vec<MetadataFilter>,
    walk: KeysetQuery<kind::Member>,
    until: MemberId,
) -> Result<ContactScanBatch> {
    ctx.require(Scope::read(Resource::Members))?;
    let (ws, limit) = (ctx.ws(), walk.limit as i64);
    let rows = engine
        .store
        .read(move |tx| {
            let after = creation_order::scan_start(&walk, |id| repo::find_created_at(tx, ws, id))?;
            match walk.order {
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
    let is_end = rows.len() < walk.limit;
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
