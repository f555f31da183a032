//! Creates a contact, or finds and completes the matching one.

use parlor_model::error::{EntityKind, ErrorKind};
use parlor_model::member::{CreateMember, Member, Profile};
use parlor_model::scope::{Resource, Scope};
use parlor_model::{Ctx, Error, Metadata, Result};
use parlor_store::Tx;
use parlor_store::repo::member::{self as repo, MemberLookup, MemberRow};

use super::email_key;
use super::ensure::EnsureMemberResult;
use super::identity::{
    OnSharedAddress, StrongIdentifiers, find_contact_holder, vouched_fingerprint,
};
use super::text_limits::check_new;
use super::update::claim_addresses;
use crate::{Engine, authority};

/// Origin of a command's fingerprint.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FingerprintSource {
    /// Given by the caller.
    Caller,
    /// Derived from the other fields.
    Derived,
}

/// Creates a contact, or finds it:
/// - A known fingerprint of the caller identifies its contact, which stays unchanged.
/// - A new fingerprint of the caller with a known address: the contact of the address, if it has no vouched
///   fingerprint, gets the fingerprint and every other field that it lacks.
/// - An address alone, or a derived fingerprint, identifies a contact that already has all fields of the command.
/// - Everything else creates a contact.
///
/// Requires `members:write`, and what updating the contact requires if it gets fields.
///
/// # Errors
/// `AlreadyExists` with the identifying field if a contact that is identified by an address would have to change: that
/// is for an update. Nothing is written then.
pub async fn create_contact(
    engine: &Engine,
    ctx: &Ctx,
    command: CreateMember,
    source: FingerprintSource,
) -> Result<EnsureMemberResult> {
    ctx.require(Scope::write(Resource::Members))?;
    let command = super::create::validated(engine, ctx, command).await?;
    let ctx = *ctx;
    engine
        .store
        .write(move |tx| create_in_tx(tx, &ctx, &command, source))
        .await
}

fn create_in_tx(
    tx: &mut dyn Tx,
    ctx: &Ctx,
    command: &CreateMember,
    source: FingerprintSource,
) -> Result<EnsureMemberResult> {
    let Some(found) = find_matching_contact(tx, ctx.ws(), command, source)? else {
        return Ok(EnsureMemberResult {
            member: super::create::insert(tx, ctx.ws(), command)?,
            is_new: true,
        });
    };
    let given = command
        .fingerprint
        .as_deref()
        .filter(|_| source == FingerprintSource::Caller);
    if given.is_some() && given == found.fingerprint.as_deref() {
        return Ok(existing_contact_result(found));
    }
    let refused = already_exists_error(&command.profile, &found.member.profile);
    match source {
        FingerprintSource::Caller if vouched_fingerprint(given).is_some() => {
            fill_missing_fields(tx, ctx, found, command)?.ok_or(refused)
        }
        FingerprintSource::Derived if matches_command(command, &found.member, false) => {
            Ok(existing_contact_result(found))
        }
        FingerprintSource::Caller | FingerprintSource::Derived => Err(refused),
    }
}

/// Finds the contact of a command: by the caller's fingerprint, else by an address, else by a derived fingerprint,
/// which is the weakest. Addresses must be normalized.
pub(super) fn find_matching_contact(
    tx: &mut dyn Tx,
    ws: i64,
    command: &CreateMember,
    source: FingerprintSource,
) -> Result<Option<MemberRow>> {
    let fingerprint = command.fingerprint.as_deref();
    let by_fingerprint = match fingerprint {
        Some(fingerprint) => repo::find(tx, ws, MemberLookup::Fingerprint(fingerprint))?,
        None => None,
    };
    if source == FingerprintSource::Caller && by_fingerprint.is_some() {
        return Ok(by_fingerprint);
    }
    let names = StrongIdentifiers {
        external_id: command.external_id.as_deref(),
        fingerprint: vouched_fingerprint(fingerprint),
    };
    let by_address = find_contact_holder(tx, ws, &command.profile, names)?;
    Ok(by_address.or(by_fingerprint))
}

pub(super) fn existing_contact_result(found: MemberRow) -> EnsureMemberResult {
    EnsureMemberResult {
        member: found.member.key,
        is_new: false,
    }
}

/// Sets the fingerprint and the missing fields of a contact. Returns `None` if a field of it differs from the command.
fn fill_missing_fields(
    tx: &mut dyn Tx,
    ctx: &Ctx,
    mut stored: MemberRow,
    command: &CreateMember,
) -> Result<Option<EnsureMemberResult>> {
    check_new(command)?;
    if !matches_command(command, &stored.member, true) {
        return Ok(None);
    }
    authority::authorize_manage_member(ctx, &stored.member)?;
    let ws = ctx.ws();
    let (member, profile) = (&mut stored.member, &command.profile);
    let had = (
        member.profile.email.is_some(),
        member.profile.phone.is_some(),
    );
    fill_field(&mut member.profile.name, &profile.name);
    fill_field(&mut member.profile.description, &profile.description);
    fill_field(&mut member.profile.email, &profile.email);
    fill_field(&mut member.profile.phone, &profile.phone);
    fill_field(&mut member.profile.nick, &profile.nick);
    fill_field(&mut member.profile.preferences, &profile.preferences);
    fill_field(&mut member.verified_at, &command.verified_at);
    member.key.name.clone_from(&member.profile.name);
    let merged = std::mem::take(&mut member.metadata).merge(&command.metadata);
    member.metadata = Metadata::new(merged.into_map(), "meta")?;
    let has = (
        member.profile.email.is_some(),
        member.profile.phone.is_some(),
    );
    stored.fingerprint.clone_from(&command.fingerprint);
    repo::update(tx, ws, &stored)?;
    if has != had {
        claim_addresses(tx, ws, &stored, OnSharedAddress::Reject)?;
    }
    Ok(Some(existing_contact_result(stored)))
}

fn fill_field<T: Clone>(field: &mut Option<T>, given: &Option<T>) {
    if field.is_none() {
        field.clone_from(given);
    }
}

/// Returns whether a member has every field of the command. Omitted fields match; `if_unset` is the result for a field
/// of the command that the member lacks.
fn matches_command(command: &CreateMember, member: &Member, if_unset: bool) -> bool {
    fn matches_field<T: PartialEq>(requested: Option<&T>, set: Option<&T>, if_unset: bool) -> bool {
        match (requested, set) {
            (None, _) => true,
            (Some(_), None) => if_unset,
            (requested, set) => requested == set,
        }
    }
    let (requested, set) = (&command.profile, &member.profile);
    let is_same = |requested: &Option<String>, set: &Option<String>| {
        matches_field(requested.as_ref(), set.as_ref(), if_unset)
    };
    let metadata = member.metadata.map();
    is_same(&requested.name, &set.name)
        && is_same(&requested.description, &set.description)
        && is_same(&normalized_email(requested), &normalized_email(set))
        && is_same(&requested.phone, &set.phone)
        && is_same(&requested.nick, &set.nick)
        && is_same(&requested.preferences, &set.preferences)
        && matches_field(
            command.verified_at.as_ref(),
            member.verified_at.as_ref(),
            if_unset,
        )
        && (command.metadata.map().iter())
            .all(|(key, value)| matches_field(Some(value), metadata.get(key), if_unset))
}

/// Returns the email key of a profile's address, or the address itself if it is malformed.
fn normalized_email(profile: &Profile) -> Option<String> {
    let email = profile.email.as_deref()?;
    Some(email_key(email).unwrap_or_else(|_| email.to_owned()))
}

/// Builds the error with the field by which the two are the same contact.
fn already_exists_error(requested: &Profile, found: &Profile) -> Error {
    let field =
        if requested.email.is_some() && normalized_email(requested) == normalized_email(found) {
            "email"
        } else if requested.phone.is_some() && requested.phone == found.phone {
            "phone"
        } else {
            "nick"
        };
    Error::new(ErrorKind::AlreadyExists {
        noun: EntityKind::Contact,
        field,
    })
}
