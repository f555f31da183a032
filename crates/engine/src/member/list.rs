//! Listing members: numbered pages of all, keyset batches of contacts.

use parlor_model::id::{MemberId, kind};
use parlor_model::member::{Kind, Member};
use parlor_model::page::{CreationCursor, MetadataFilter, Order, Walk};
use parlor_model::scope::{Resource, Scope};
use parlor_model::{Ctx, Result};
use parlor_store::repo::member as repo;

use super::Found;
use crate::{Engine, creation_order};

/// A numbered page of members, oldest first, and how many there are. Asks for `members:read`.
pub async fn page(
    engine: &Engine,
    ctx: &Ctx,
    kind: Option<Kind>,
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
pub struct Batch {
    /// Those that match.
    pub items: Vec<Found>,
    /// How far the walk has come.
    pub last: Option<CreationCursor<kind::Member>>,
    /// Nothing is left behind it.
    pub is_end: bool,
}

/// The next contacts of a walk: everybody but assistants and the owner, up to `until` when ascending. Reads at most
/// `walk.take` rows; fewer may match the filters. Asks for `members:read`.
pub async fn batch(
    engine: &Engine,
    ctx: &Ctx,
    filters: Vec<MetadataFilter>,
    walk: Walk<kind::Member>,
    until: MemberId,
) -> Result<Batch> {
    ctx.require(Scope::read(Resource::Members))?;
    let (ws, limit) = (ctx.ws(), walk.take as i64);
    let rows = engine
        .store
        .read(move |tx| {
            let after = creation_order::start(&walk, |id| repo::created_at(tx, ws, id))?;
            match walk.order {
                Order::Descending => repo::contacts_before(tx, ws, after, limit),
                Order::Ascending => {
                    tx.settle_inserts(ws)?;
                    repo::contacts_after(tx, ws, after, until, limit)
                }
            }
        })
        .await?;
    let last = rows.last().map(|row| CreationCursor {
        created_at: Some(row.member.created_at),
        id: row.member.key.id,
    });
    let is_end = rows.len() < walk.take;
    let items = rows
        .into_iter()
        .filter(|row| {
            filters
                .iter()
                .all(|filter| filter.matches(row.member.metadata.map()))
        })
        .map(Found::from)
        .collect();
    Ok(Batch {
        items,
        last,
        is_end,
    })
}
