//! From how a caller names a member to the member.

use parlor_model::error::Noun;
use parlor_model::member::{CreateMember, Kind, MemberKey, MemberRef};
use parlor_model::{Error, Result};
use parlor_store::Tx;
use parlor_store::repo::member::{self as repo, By};

/// Finds the member; external ids and handles are made on first use.
pub(crate) fn resolve(tx: &mut dyn Tx, ws: i64, key: &MemberKey) -> Result<MemberRef> {
    let found = match key {
        MemberKey::External(external) => repo::ref_by_external(tx, ws, external)?,
        MemberKey::Id(id) => repo::find(tx, ws, By::Id(*id))?.map(|stored| stored.member.key),
        MemberKey::Number(number) => {
            repo::find(tx, ws, By::Number(*number))?.map(|stored| stored.member.key)
        }
        MemberKey::Handle(handle) => {
            repo::find(tx, ws, By::Handle(handle))?.map(|stored| stored.member.key)
        }
    };
    if let Some(found) = found {
        return Ok(found);
    }
    let mut new = CreateMember::of(Kind::Person);
    match key {
        MemberKey::Id(_) | MemberKey::Number(_) => return Err(Error::not_found(Noun::Member)),
        MemberKey::External(external) => new.external_id = Some(external.clone()),
        MemberKey::Handle(handle) => new.handle = Some(handle.clone()),
    }
    super::create::insert(tx, ws, &new)
}
