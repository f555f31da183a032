//! Contacts of a backup.

use parlor_model::error::Noun;
use parlor_model::import::ImportContact;
use parlor_model::{Ctx, Result, limit};
use parlor_store::Tx;
use parlor_store::repo::import::{self as repo, Made};
use parlor_store::repo::member::{self, By, Stored};
use parlor_store::repo::workspace;

use super::batch::Outcome;
use super::rules;
use crate::authority;
use crate::member::{IfShared, check_profile, claim_addresses, email, is_contact, phone};

/// Kind, role, customer's own id and wallet are nothing that a backup of contacts knows: they stay as they are, and
/// one that is new is a contact without them.
pub(super) fn take(tx: &mut dyn Tx, ctx: &Ctx, contact: &ImportContact) -> Result<Outcome> {
    let ws = ctx.ws();
    let mut contact = in_kept_form(tx, ctx, contact)?;
    let Some(stored) = member::find(tx, ws, By::Id(contact.id))? else {
        rules::free(tx, ws, contact.id, Noun::Contact)?;
        let named = contact.id.uuid().as_hyphenated().to_string();
        if member::find(tx, ws, By::External(&named))?.is_some() {
            return Err(rules::taken(Noun::Contact, "id"));
        }
        let made = rules::made(tx, contact.id, contact.times)?;
        if !repo::insert_contact(tx, ws, &contact, made)? {
            return Err(rules::taken(Noun::Contact, "fingerprint"));
        }
        claim_stored(tx, ws, &contact)?;
        return Ok(Outcome::Imported);
    };
    if !is_contact(&stored.member) {
        return Err(rules::taken(Noun::Contact, "id"));
    }
    authority::manage_member(ctx, &stored.member)?;
    // What identifies somebody is never taken away.
    if contact.fingerprint.is_none() {
        contact.fingerprint.clone_from(&stored.fingerprint);
    }
    // What is shown for want of a name is none.
    if stored.member.profile.name.is_none() && contact.profile.name == stored.member.key.external_id
    {
        contact.profile.name = None;
    }
    let times = Made {
        created_at: stored.member.created_at,
        updated_at: stored.member.updated_at,
    };
    if is_as_said(&stored, &contact) && rules::as_said(times, contact.times) {
        return Ok(Outcome::Unchanged);
    }
    let number = stored.member.key.number;
    if let Some(fingerprint) = &contact.fingerprint
        && let Some(owner) = member::find(tx, ws, By::Fingerprint(fingerprint))?
        && owner.member.key.number != number
    {
        return Err(rules::taken(Noun::Contact, "fingerprint"));
    }
    let made = rules::rewritten(tx, times, contact.times)?;
    repo::update_contact(tx, ws, number, &contact, made)?;
    claim_stored(tx, ws, &contact)?;
    Ok(Outcome::Updated)
}

/// A backup of members who had one address is taken as it is: the address goes on naming whom it names.
fn claim_stored(tx: &mut dyn Tx, ws: i64, contact: &ImportContact) -> Result<()> {
    let Some(stored) = member::find(tx, ws, By::Id(contact.id))? else {
        return Ok(());
    };
    claim_addresses(tx, ws, &stored, IfShared::HoldApart)
}

fn in_kept_form(tx: &mut dyn Tx, ctx: &Ctx, contact: &ImportContact) -> Result<ImportContact> {
    let mut contact = contact.clone();
    check_profile(&contact.profile)?;
    limit::REFERENCE.check_given(contact.fingerprint.as_deref(), "fingerprint")?;
    let profile = &mut contact.profile;
    profile.email = profile.email.as_deref().map(email).transpose()?;
    if let Some(text) = &profile.phone {
        let workspace = workspace::find(tx, ctx.workspace.id)?;
        let region = workspace.and_then(|workspace| workspace.policy.region);
        profile.phone = Some(phone(text, region)?);
    }
    Ok(contact)
}

fn is_as_said(stored: &Stored, contact: &ImportContact) -> bool {
    let (member, mut said) = (&stored.member, contact.profile.clone());
    said.photo.clone_from(&member.profile.photo);
    let verified = match (member.verified_at, contact.verified_at) {
        (Some(stored), Some(said)) => rules::same(stored, said),
        (stored, said) => stored == said,
    };
    verified
        && member.profile == said
        && member.metadata.to_text() == contact.metadata.to_text()
        && stored.fingerprint == contact.fingerprint
}
