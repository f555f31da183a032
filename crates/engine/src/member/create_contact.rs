//! Creating a contact: the one that a command names already is found, and nothing that the command says is dropped.

use parlor_model::error::{Kind, Noun};
use parlor_model::member::{CreateMember, Member, Profile};
use parlor_model::scope::{Resource, Scope};
use parlor_model::{Ctx, Error, Metadata, Result};
use parlor_store::Tx;
use parlor_store::repo::member::{self as repo, By, Stored};

use super::email_key;
use super::ensure::Ensured;
use super::identity::{IfShared, StrongNames, contact_holder, vouched};
use super::texts::check_new;
use super::update::claim_addresses;
use crate::{Engine, authority};

/// Where the fingerprint of a command comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FingerprintSource {
    /// The caller gave it.
    Caller,
    /// It was made of the other fields.
    Derived,
}

/// Creates a contact, or finds it:
/// - A known fingerprint of the caller's names its contact, which stays as it is.
/// - A new fingerprint of the caller's beside a known address: the contact that the address names, for whom nobody has
///   vouched so far, gets the fingerprint and everything else that it lacks.
/// - An address alone, or a derived fingerprint, names a contact that already is all that is said of it.
/// - Everything else creates a contact.
///
/// Requires `members:write`, and what changing the found contact requires where it gets something.
///
/// # Errors
/// `AlreadyExists` with the field it is known by, where a contact that is known by an address would have to change:
/// that is for an update. Nothing is written then.
pub async fn create_contact(
    engine: &Engine,
    ctx: &Ctx,
    command: CreateMember,
    source: FingerprintSource,
) -> Result<Ensured> {
    ctx.require(Scope::write(Resource::Members))?;
    let command = super::create::checked(engine, ctx, command).await?;
    let ctx = *ctx;
    engine
        .store
        .write(move |tx| create_in(tx, &ctx, &command, source))
        .await
}

fn create_in(
    tx: &mut dyn Tx,
    ctx: &Ctx,
    command: &CreateMember,
    source: FingerprintSource,
) -> Result<Ensured> {
    let Some(found) = find_named(tx, ctx.ws(), command, source)? else {
        return Ok(Ensured {
            member: super::create::insert(tx, ctx.ws(), command)?,
            is_new: true,
        });
    };
    let given = command
        .fingerprint
        .as_deref()
        .filter(|_| source == FingerprintSource::Caller);
    if given.is_some() && given == found.fingerprint.as_deref() {
        return Ok(known(found));
    }
    let refused = already_exists(&command.profile, &found.member.profile);
    match source {
        FingerprintSource::Caller if vouched(given).is_some() => {
            complete(tx, ctx, found, command)?.ok_or(refused)
        }
        FingerprintSource::Derived if agrees(command, &found.member, false) => Ok(known(found)),
        FingerprintSource::Caller | FingerprintSource::Derived => Err(refused),
    }
}

/// The contact that a command names: by the fingerprint that its caller gave, else by an address, which says more than a
/// fingerprint that was derived of other fields, else by that one. Addresses are in their kept form.
pub(super) fn find_named(
    tx: &mut dyn Tx,
    ws: i64,
    command: &CreateMember,
    source: FingerprintSource,
) -> Result<Option<Stored>> {
    let fingerprint = command.fingerprint.as_deref();
    let by_fingerprint = match fingerprint {
        Some(fingerprint) => repo::find(tx, ws, By::Fingerprint(fingerprint))?,
        None => None,
    };
    if source == FingerprintSource::Caller && by_fingerprint.is_some() {
        return Ok(by_fingerprint);
    }
    let names = StrongNames {
        external_id: command.external_id.as_deref(),
        fingerprint: vouched(fingerprint),
    };
    let by_address = contact_holder(tx, ws, &command.profile, names)?;
    Ok(by_address.or(by_fingerprint))
}

pub(super) fn known(found: Stored) -> Ensured {
    Ensured {
        member: found.member.key,
        is_new: false,
    }
}

/// Gives a contact the fingerprint of a command and everything of it that it lacks; `None` where it has something else.
fn complete(
    tx: &mut dyn Tx,
    ctx: &Ctx,
    mut stored: Stored,
    command: &CreateMember,
) -> Result<Option<Ensured>> {
    check_new(command)?;
    if !agrees(command, &stored.member, true) {
        return Ok(None);
    }
    authority::manage_member(ctx, &stored.member)?;
    let ws = ctx.ws();
    let (member, profile) = (&mut stored.member, &command.profile);
    let had = (
        member.profile.email.is_some(),
        member.profile.phone.is_some(),
    );
    fill(&mut member.profile.name, &profile.name);
    fill(&mut member.profile.description, &profile.description);
    fill(&mut member.profile.email, &profile.email);
    fill(&mut member.profile.phone, &profile.phone);
    fill(&mut member.profile.nick, &profile.nick);
    fill(&mut member.profile.preferences, &profile.preferences);
    fill(&mut member.verified_at, &command.verified_at);
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
        claim_addresses(tx, ws, &stored, IfShared::Refuse)?;
    }
    Ok(Some(known(stored)))
}

fn fill<T: Clone>(field: &mut Option<T>, given: &Option<T>) {
    if field.is_none() {
        field.clone_from(given);
    }
}

/// Whether a member is what a command says of it. What is not said may be anything; `if_unset` is the answer for what is
/// said of a field that the member has not.
fn agrees(command: &CreateMember, member: &Member, if_unset: bool) -> bool {
    fn same<T: PartialEq>(said: Option<&T>, set: Option<&T>, if_unset: bool) -> bool {
        match (said, set) {
            (None, _) => true,
            (Some(_), None) => if_unset,
            (said, set) => said == set,
        }
    }
    let (said, set) = (&command.profile, &member.profile);
    let is_same =
        |said: &Option<String>, set: &Option<String>| same(said.as_ref(), set.as_ref(), if_unset);
    let metadata = member.metadata.map();
    is_same(&said.name, &set.name)
        && is_same(&said.description, &set.description)
        && is_same(&email_form(said), &email_form(set))
        && is_same(&said.phone, &set.phone)
        && is_same(&said.nick, &set.nick)
        && is_same(&said.preferences, &set.preferences)
        && same(
            command.verified_at.as_ref(),
            member.verified_at.as_ref(),
            if_unset,
        )
        && (command.metadata.map().iter())
            .all(|(key, value)| same(Some(value), metadata.get(key), if_unset))
}

/// A profile's email address without regard to case; one that is in no form as it stands.
fn email_form(profile: &Profile) -> Option<String> {
    let email = profile.email.as_deref()?;
    Some(email_key(email).unwrap_or_else(|_| email.to_owned()))
}

/// The refusal, with the field by which the two are the same contact.
fn already_exists(said: &Profile, found: &Profile) -> Error {
    let field = if said.email.is_some() && email_form(said) == email_form(found) {
        "email"
    } else if said.phone.is_some() && said.phone == found.phone {
        "phone"
    } else {
        "nick"
    };
    Error::new(Kind::AlreadyExists {
        noun: Noun::Contact,
        field,
    })
}
