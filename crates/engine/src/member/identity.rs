//! Whom an address names. One person is one member, however the address is spelled and whichever way it came in.
//!
//! An address names at most one member of a workspace. Two members may have one all the same where something stronger
//! holds them apart: each has an id of the customer's, or a fingerprint that a caller vouched for, and they differ.
//! Then the address goes on naming the one that had it first. Assistants are named by no address.

use parlor_model::error::{EntityKind, ErrorKind};
use parlor_model::id::MemberId;
use parlor_model::member::{MemberKind, MemberRef, Profile};
use parlor_model::{Ctx, Error, Result, principal};
use parlor_store::Tx;
use parlor_store::repo::address::{self, Address, AddressKey};
use parlor_store::repo::member::{self as repo, MemberLookup, MemberRow};
use uuid::Uuid;

use super::is_contact::is_contact;
use super::{email_key, normalize_email, normalize_phone};
use crate::Engine;

/// What fingerprints begin with that were made of a contact's other fields: nobody vouched for them.
pub const DERIVED_FINGERPRINT_PREFIX: &str = "derived-";

/// How many members with one address are looked at.
const MAX_HOLDERS: i64 = 16;

/// The stronger names of somebody: the customer's own id and the fingerprint.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct StrongIdentifiers<'a> {
    pub(crate) external_id: Option<&'a str>,
    pub(crate) fingerprint: Option<&'a str>,
}

impl<'a> StrongIdentifiers<'a> {
    pub(super) fn from_stored(stored: &'a MemberRow) -> Self {
        Self {
            external_id: stored.member.key.external_id.as_deref(),
            fingerprint: stored.fingerprint.as_deref(),
        }
    }

    /// Whether these are the names of two people, whatever address they share.
    fn conflicts_with(self, other: Self) -> bool {
        let differ = |one: Option<&str>, two: Option<&str>| {
            one.is_some_and(|one| two.is_some_and(|two| one != two))
        };
        differ(self.external_id, other.external_id)
            || differ(
                vouched_fingerprint(self.fingerprint),
                vouched_fingerprint(other.fingerprint),
            )
    }
}

/// A fingerprint that a caller vouched for.
pub(super) fn vouched_fingerprint(fingerprint: Option<&str>) -> Option<&str> {
    fingerprint.filter(|text| !text.starts_with(DERIVED_FINGERPRINT_PREFIX))
}

/// What to do with an address that names another member already.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum OnSharedAddress {
    /// Refused, unless stronger names hold the two apart.
    Reject,
    /// Both have it; the other one is still the one it names.
    Keep,
}

/// Addresses in the form they are kept in: numbers in E.164, read with the workspace's region where they have no
/// country code.
pub(super) async fn normalize_addresses(
    engine: &Engine,
    ctx: &Ctx,
    mut profile: Profile,
) -> Result<Profile> {
    profile.email = profile.email.as_deref().map(normalize_email).transpose()?;
    if let Some(text) = &profile.phone {
        profile.phone = Some(normalize_phone_in_workspace(engine, ctx, text).await?);
    }
    Ok(profile)
}

/// A phone number in E.164, read with the workspace's region where it has no country code.
pub(crate) async fn normalize_phone_in_workspace(
    engine: &Engine,
    ctx: &Ctx,
    text: &str,
) -> Result<String> {
    let workspace = engine
        .workspace_cache
        .find(&engine.store, ctx.workspace.id)
        .await?;
    normalize_phone(text, workspace.policy.region)
}

/// The member that one of the addresses names: by email, else by phone. Whom stronger names hold apart is somebody
/// else. The addresses are in their kept form. Also says which of the two it was.
pub(super) fn find_address_holder(
    tx: &mut dyn Tx,
    ws: i64,
    profile: &Profile,
    names: StrongIdentifiers<'_>,
) -> Result<Option<(MemberRow, &'static str)>> {
    let (email, phone) = address_keys(profile);
    let addresses = [
        (email.as_deref().map(Address::Email), "email"),
        (phone.as_deref().map(Address::Phone), "phone"),
    ];
    for (address, field) in addresses {
        let Some(address) = address else { continue };
        let found = address::find_by_address(tx, ws, address, MAX_HOLDERS)?
            .into_iter()
            .find(|found| !names.conflicts_with(StrongIdentifiers::from_stored(found)));
        if let Some(found) = found {
            return Ok(Some((found, field)));
        }
    }
    Ok(None)
}

/// The same where only a contact will do: an address of the workspace's owner names no contact.
pub(super) fn find_contact_holder(
    tx: &mut dyn Tx,
    ws: i64,
    profile: &Profile,
    names: StrongIdentifiers<'_>,
) -> Result<Option<MemberRow>> {
    match find_address_holder(tx, ws, profile, names)? {
        Some((found, _)) if is_contact(&found.member) => Ok(Some(found)),
        Some((_, field)) => Err(already_exists_error(EntityKind::Member, field)),
        None => Ok(None),
    }
}

/// Makes a member's addresses name it, in the transaction that wrote them. The database keeps two from being named by
/// one: of two transactions that do so at once one runs again and sees the other's.
///
/// # Errors
/// `AlreadyExists` with the field `email` or `phone`.
pub(crate) fn claim_address_keys(
    tx: &mut dyn Tx,
    ws: i64,
    member: &MemberRef,
    profile: &Profile,
    names: StrongIdentifiers<'_>,
    if_shared: OnSharedAddress,
) -> Result<(AddressKey, AddressKey)> {
    let (email, phone) = match member.kind {
        MemberKind::Assistant => (None, None),
        MemberKind::Person | MemberKind::Contact => address_keys(profile),
    };
    let mut key = |text: Option<String>, is_email: bool| {
        let Some(text) = text else {
            return Ok(AddressKey::default());
        };
        let (address, field) = match is_email {
            true => (Address::Email(&text), "email"),
            false => (Address::Phone(&text), "phone"),
        };
        let holders = address::find_by_address(tx, ws, address, MAX_HOLDERS)?;
        let is_own = |holder: &MemberRow| holder.member.key.number == member.number;
        // What was its own before stays its own, whoever else has it.
        let is_refused = if_shared == OnSharedAddress::Reject
            && !holders.iter().any(is_own)
            && holders
                .iter()
                .any(|other| !names.conflicts_with(StrongIdentifiers::from_stored(other)));
        if is_refused {
            return Err(already_exists_error(EntityKind::Member, field));
        }
        let is_named = holders.first().is_none_or(is_own);
        let apart = if is_named { 0 } else { member.number };
        Ok(AddressKey {
            text: Some(text),
            apart,
        })
    };
    let (email, phone) = (key(email, true)?, key(phone, false)?);
    address::set_address_keys(tx, ws, member.number, &email, &phone)?;
    Ok((email, phone))
}

/// The normal forms of a profile's addresses; nothing for those that are in no form, as old ones may be.
fn address_keys(profile: &Profile) -> (Option<String>, Option<String>) {
    let email = profile.email.as_deref().map(email_key);
    let phone = profile
        .phone
        .as_deref()
        .map(|text| normalize_phone(text, None));
    (email.and_then(Result::ok), phone.and_then(Result::ok))
}

/// Refuses an id of the customer's that is another member's id or handle: whoever is named by those would be taken for
/// its bearer.
pub(super) fn check_external_id(
    tx: &mut dyn Tx,
    ws: i64,
    external: &str,
    of: Option<MemberId>,
) -> Result<()> {
    let as_id = (external.len() == 36)
        .then(|| Uuid::try_parse(external).ok())
        .flatten();
    let found = match as_id {
        Some(id) => repo::find(tx, ws, MemberLookup::Id(id.into()))?,
        None if principal::decode(external).is_some() => {
            repo::find(tx, ws, MemberLookup::Handle(external))?
        }
        None => None,
    };
    match found {
        Some(found) if Some(found.member.key.id) != of => {
            Err(already_exists_error(EntityKind::Member, "external id"))
        }
        _ => Ok(()),
    }
}

fn already_exists_error(noun: EntityKind, field: &'static str) -> Error {
    Error::new(ErrorKind::AlreadyExists { noun, field })
}
