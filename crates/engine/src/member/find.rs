//! Finds a member.

use parlor_model::error::EntityKind;
use parlor_model::id::MemberId;
use parlor_model::member::{Member, MemberKey};
use parlor_model::scope::{Resource, Scope};
use parlor_model::{Ctx, Error, Result};
use parlor_store::repo::member::{self as repo, MemberLookup};

use super::is_contact::is_contact;
use super::resolve::{find_ref, find_row};
use crate::Engine;

/// A member with its lookup-only identifiers.
#[derive(Debug, Clone)]
pub struct MemberRecord {
    /// The member.
    pub member: Member,
    /// The fingerprint.
    pub fingerprint: Option<String>,
    /// The wallet address.
    pub wallet: Option<String>,
}

impl From<repo::MemberRow> for MemberRecord {
    fn from(stored: repo::MemberRow) -> Self {
        Self {
            member: stored.member,
            fingerprint: stored.fingerprint,
            wallet: stored.wallet,
        }
    }
}

/// Returns a member without creating it. Requires `members:read`, except for the acting member itself.
pub async fn find(engine: &Engine, ctx: &Ctx, key: MemberKey) -> Result<MemberRecord> {
    let ctx = *ctx;
    let found = engine
        .store
        .read(move |tx| find_row(tx, ctx.ws(), &key))
        .await?;
    if !found
        .as_ref()
        .is_some_and(|found| ctx.is_actor(found.member.key.number))
    {
        ctx.require(Scope::read(Resource::Members))?;
    }
    found
        .map(MemberRecord::from)
        .ok_or_else(|| Error::not_found(EntityKind::Member))
}

/// Returns the number of a member for filters, which reveals only that it exists. Creates none.
pub async fn find_number(engine: &Engine, ctx: &Ctx, key: MemberKey) -> Result<Option<i64>> {
    let ws = ctx.ws();
    engine
        .store
        .read(move |tx| Ok(find_ref(tx, ws, &key)?.map(|member| member.number)))
        .await
}

/// Returns a contact. Requires `members:read`.
///
/// # Errors
/// `NotFound` also for a member that is no contact.
pub async fn find_contact(engine: &Engine, ctx: &Ctx, id: MemberId) -> Result<MemberRecord> {
    ctx.require(Scope::read(Resource::Members))?;
    let ws = ctx.ws();
    engine
        .store
        .read(move |tx| repo::find(tx, ws, MemberLookup::Id(id)))
        .await?
        .filter(|stored| is_contact(&stored.member))
        .map(MemberRecord::from)
        .ok_or_else(|| Error::not_found(EntityKind::Contact))
}

/// Returns whether a contact has this id. Requires no scope: any caller of the workspace may learn that it exists.
pub async fn contact_exists(engine: &Engine, ctx: &Ctx, id: MemberId) -> Result<bool> {
    let ws = ctx.ws();
    engine
        .store
        .read(move |tx| {
            let found = repo::find(tx, ws, MemberLookup::Id(id))?;
            Ok(found.is_some_and(|stored| is_contact(&stored.member)))
        })
        .await
}
