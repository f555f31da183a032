//! Merges the identifiers and the profile of two members.

use parlor_model::error::{EntityKind, ErrorKind};
use parlor_model::member::Profile;
use parlor_model::{Error, Metadata, Result};
use parlor_store::Tx;
use parlor_store::repo::member::{self, MemberRow};
use parlor_store::repo::merge as repo;

use super::super::identity::{OnSharedAddress, vouched_fingerprint};
use super::super::{claim_addresses, email_key, normalize_phone};

/// Returns the keys of a member's addresses.
fn address_keys(profile: &Profile) -> (Option<String>, Option<String>) {
    let email = profile.email.as_deref().map(email_key);
    let phone = profile
        .phone
        .as_deref()
        .map(|text| normalize_phone(text, None));
    (email.and_then(Result::ok), phone.and_then(Result::ok))
}

/// Returns whether two members share a normalized address.
pub(super) fn share_address(one: &MemberRow, other: &MemberRow) -> bool {
    let of_one = address_keys(&one.member.profile);
    let of_other = address_keys(&other.member.profile);
    let is_shared = |one: &Option<String>, other: &Option<String>| one.is_some() && one == other;
    is_shared(&of_one.0, &of_other.0) || is_shared(&of_one.1, &of_other.1)
}

/// Merges the fields of two members: the remaining one keeps its own and gets what it lacks. Returns the identifying
/// fields of the other that are lost.
///
/// # Errors
/// `AlreadyExists` with such a field, unless it may be discarded.
pub(super) fn merge_identities(
    from: &MemberRow,
    into: &mut MemberRow,
    discard: bool,
) -> Result<Vec<&'static str>> {
    let discarded = discarded_fields(from, into);
    if let (Some(field), false) = (discarded.first(), discard) {
        return Err(Error::new(ErrorKind::AlreadyExists {
            noun: EntityKind::Member,
            field,
        }));
    }
    fn fill_if_absent<T: Clone>(own: &mut Option<T>, other: Option<&T>) {
        if own.is_none() {
            *own = other.cloned();
        }
    }
    if vouched_fingerprint(into.fingerprint.as_deref()).is_none() {
        let given = vouched_fingerprint(from.fingerprint.as_deref()).map(str::to_owned);
        into.fingerprint = given.or_else(|| into.fingerprint.take());
    }
    let (other, member) = (&from.member, &mut into.member);
    fill_if_absent(&mut member.key.external_id, other.key.external_id.as_ref());
    let (profile, known) = (&mut member.profile, &other.profile);
    fill_if_absent(&mut profile.name, known.name.as_ref());
    fill_if_absent(&mut profile.description, known.description.as_ref());
    fill_if_absent(&mut profile.email, known.email.as_ref());
    fill_if_absent(&mut profile.phone, known.phone.as_ref());
    fill_if_absent(&mut profile.nick, known.nick.as_ref());
    fill_if_absent(&mut profile.photo, known.photo.as_ref());
    fill_if_absent(&mut profile.preferences, known.preferences.as_ref());
    fill_if_absent(&mut profile.instructions, known.instructions.as_ref());
    fill_if_absent(&mut profile.chat_model, known.chat_model.as_ref());
    fill_if_absent(&mut member.verified_at, other.verified_at.as_ref());
    member.key.name.clone_from(&profile.name);
    // An opt-out of either member applies to both.
    member.sms_opted_out |= other.sms_opted_out;
    member.email_opted_out |= other.email_opted_out;
    let mut metadata = other.metadata.map().clone();
    metadata.extend(member.metadata.map().clone());
    // The merged metadata may exceed the limit; then the remaining member keeps its own.
    if let Ok(both) = Metadata::new(metadata, "metadata") {
        member.metadata = both;
    }
    Ok(discarded)
}

fn discarded_fields(from: &MemberRow, into: &MemberRow) -> Vec<&'static str> {
    let (one, other) = (&from.member.key, &into.member.key);
    let (of_one, of_other) = (
        address_keys(&from.member.profile),
        address_keys(&into.member.profile),
    );
    let differ =
        |one: Option<&str>, other: Option<&str>| one.is_some() && other.is_some() && one != other;
    [
        (
            "external id",
            differ(one.external_id.as_deref(), other.external_id.as_deref()),
        ),
        (
            "fingerprint",
            differ(
                vouched_fingerprint(from.fingerprint.as_deref()),
                vouched_fingerprint(into.fingerprint.as_deref()),
            ),
        ),
        ("email", differ(of_one.0.as_deref(), of_other.0.as_deref())),
        ("phone", differ(of_one.1.as_deref(), of_other.1.as_deref())),
    ]
    .into_iter()
    .filter_map(|(field, differ)| differ.then_some(field))
    .collect()
}

/// Writes the merged fields, after the other member is deleted.
pub(super) fn write_identity(
    tx: &mut dyn Tx,
    ws: i64,
    from: &MemberRow,
    into: &MemberRow,
) -> Result<()> {
    let key = &into.member.key;
    member::update(tx, ws, into)?;
    if from.member.key.external_id == key.external_id {
        member::replace_external_id(tx, ws, key.number, key.external_id.as_deref())?;
    }
    if let Some(photo) = &into.member.profile.photo {
        repo::set_photo(tx, ws, key.number, photo)?;
    }
    claim_addresses(tx, ws, into, OnSharedAddress::Keep)
}
