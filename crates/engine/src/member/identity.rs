//! Identifying members by address. One person is one member, however the address is spelled and whichever channel it
//! came from.
//!
//! INVARIANT: an address identifies at most one member of a workspace. Two members may have the same address if
//! stronger identifiers differ: both have an external id, or both a vouched fingerprint. The address then identifies
//! the one that had it first. Assistants are not identified by addresses.
//!
//! Keeps INV-30 (`docs/invariants.md`).

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

/// Prefix of fingerprints that were derived from a contact's other fields and that no caller vouched for.
pub const DERIVED_FINGERPRINT_PREFIX: &str = "derived-";

/// Maximum number of members with the same address that are examined.
const MAX_HOLDERS: i64 = 16;

/// The stronger identifiers of a member: external id and fingerprint.
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

    /// Returns whether the identifiers belong to different people, even if they share an address.
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

/// Returns the fingerprint if a caller vouched for it.
pub(super) fn vouched_fingerprint(fingerprint: Option<&str>) -> Option<&str> {
    fingerprint.filter(|text| !text.starts_with(DERIVED_FINGERPRINT_PREFIX))
}

/// What to do with an address that identifies another member.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum OnSharedAddress {
    /// Refuse, unless stronger identifiers distinguish the two.
    Reject,
    /// Store it; it keeps identifying the other member.
    Keep,
}

/// Normalizes the addresses of a profile. Phone numbers become E.164, read with the workspace's region if they have no
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

/// Normalizes a phone number to E.164, read with the workspace's region if it has no country code.
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

/// Finds the member identified by the email address, else by the phone number, and returns it with the name of that
/// field. Members distinguished by stronger identifiers do not match. Addresses must be normalized.
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

/// Finds like [`find_address_holder`], but only contacts.
///
/// # Errors
/// `AlreadyExists` if the address identifies the workspace's owner.
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

/// Makes a member's addresses identify it, in the transaction that wrote them. A unique index keeps an address from
/// identifying two members: of two concurrent transactions one retries and finds the other's row.
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
        // An address that the member had before stays, even if others have it.
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

/// Returns the keys of a profile's addresses. A malformed one, which old rows may have, has none.
fn address_keys(profile: &Profile) -> (Option<String>, Option<String>) {
    let email = profile.email.as_deref().map(email_key);
    let phone = profile
        .phone
        .as_deref()
        .map(|text| normalize_phone(text, None));
    (email.and_then(Result::ok), phone.and_then(Result::ok))
}

/// Refuses an external id that equals another member's id or handle, because a caller that
/// names the other member by it would get this one.
///
/// # Errors
/// `AlreadyExists`.
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
