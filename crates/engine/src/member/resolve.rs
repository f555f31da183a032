//! Resolves member keys within a transaction.

use parlor_model::error::EntityKind;
use parlor_model::member::{CreateMember, MemberKey, MemberKind, MemberRef};
use parlor_model::{Error, Result};
use parlor_store::Tx;
use parlor_store::repo::actor;
use parlor_store::repo::member::{self as repo, MemberLookup};

/// Returns the member, and creates one for an unknown external id or handle.
pub(crate) fn resolve_or_create(tx: &mut dyn Tx, ws: i64, key: &MemberKey) -> Result<MemberRef> {
    if let Some(found) = find_ref(tx, ws, key)? {
        return Ok(found);
    }
    let mut new = CreateMember::new(MemberKind::Person);
    match key {
        MemberKey::Id(_) | MemberKey::Number(_) => {
            return Err(Error::not_found(EntityKind::Member));
        }
        MemberKey::External(external) | MemberKey::ExternalOr(external, _) => {
            new.external_id = Some(external.clone());
        }
        MemberKey::Handle(handle) => new.handle = Some(handle.clone()),
    }
    let made = super::create::insert(tx, ws, &new)?;
    if new.handle.is_some() {
        actor::begin_token_epoch(tx, ws, made.number)?;
    }
    Ok(made)
}

/// Returns the member, if it exists.
pub(crate) fn find_ref(tx: &mut dyn Tx, ws: i64, key: &MemberKey) -> Result<Option<MemberRef>> {
    // The most frequent case, which needs the short row only.
    if let MemberKey::External(external) = key {
        return repo::find_ref_by_external_id(tx, ws, external);
    }
    Ok(find_row(tx, ws, key)?.map(|stored| stored.member.key))
}

/// Returns the member's full row, if it exists.
pub(super) fn find_row(
    tx: &mut dyn Tx,
    ws: i64,
    key: &MemberKey,
) -> Result<Option<repo::MemberRow>> {
    match key {
        MemberKey::Id(id) => repo::find(tx, ws, MemberLookup::Id(*id)),
        MemberKey::Number(number) => repo::find(tx, ws, MemberLookup::Number(*number)),
        MemberKey::External(external) => repo::find(tx, ws, MemberLookup::External(external)),
        MemberKey::Handle(handle) => repo::find(tx, ws, MemberLookup::Handle(handle)),
        // A member's own id has precedence over an equal external id, so that no member can impersonate it.
        MemberKey::ExternalOr(external, id) => {
            repo::find(tx, ws, MemberLookup::IdOrExternal(*id, external))
        }
    }
}
