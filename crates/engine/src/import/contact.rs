//! Imports contacts.

use parlor_model::error::EntityKind;
use parlor_model::import::ImportContact;
use parlor_model::{Ctx, Result, limit};
use parlor_store::Tx;
use parlor_store::repo::import::{self as repo, RowTimestamps};
use parlor_store::repo::member::{self, MemberLookup, MemberRow};
use parlor_store::repo::workspace;

use super::row_outcome::ImportRowOutcome;
use super::rules;
use crate::authority;
use crate::member::{
    OnSharedAddress, check_profile, claim_addresses, is_contact, normalize_email, normalize_phone,
};

/// Imports a contact. Kind, role, external id and wallet are not part of the backup: an existing member keeps them, a
/// new contact has none.
pub(super) fn import_row(
    tx: &mut dyn Tx,
    ctx: &Ctx,
    contact: &ImportContact,
) -> Result<ImportRowOutcome> {
    let ws = ctx.ws();
    let mut contact = normalize(tx, ctx, contact)?;
    let Some(stored) = member::find(tx, ws, MemberLookup::Id(contact.id))? else {
        rules::check_id_available(tx, ws, contact.id, EntityKind::Contact)?;
        let named = contact.id.uuid().as_hyphenated().to_string();
        if member::find(tx, ws, MemberLookup::External(&named))?.is_some() {
            return Err(rules::already_exists_error(EntityKind::Contact, "id"));
        }
        let made = rules::new_row_timestamps(tx, contact.id, contact.times)?;
        if !repo::insert_contact(tx, ws, &contact, made)? {
            return Err(rules::already_exists_error(
                EntityKind::Contact,
                "fingerprint",
            ));
        }
        claim_stored_addresses(tx, ws, &contact)?;
        return Ok(ImportRowOutcome::Imported);
    };
    if !is_contact(&stored.member) {
        return Err(rules::already_exists_error(EntityKind::Contact, "id"));
    }
    authority::authorize_manage_member(ctx, &stored.member)?;
    // Identifiers are never removed.
    if contact.fingerprint.is_none() {
        contact.fingerprint.clone_from(&stored.fingerprint);
    }
    // A placeholder that was shown for a missing name is not a name.
    if stored.member.profile.name.is_none() && contact.profile.name == stored.member.key.external_id
    {
        contact.profile.name = None;
    }
    let times = RowTimestamps {
        created_at: stored.member.created_at,
        updated_at: stored.member.updated_at,
    };
    if is_unchanged(&stored, &contact) && rules::timestamps_match(times, contact.times) {
        return Ok(ImportRowOutcome::Unchanged);
    }
    let number = stored.member.key.number;
    if let Some(fingerprint) = &contact.fingerprint
        && let Some(owner) = member::find(tx, ws, MemberLookup::Fingerprint(fingerprint))?
        && owner.member.key.number != number
    {
        return Err(rules::already_exists_error(
            EntityKind::Contact,
            "fingerprint",
        ));
    }
    let made = rules::updated_row_timestamps(tx, times, contact.times)?;
    repo::update_contact(tx, ws, number, &contact, made)?;
    claim_stored_addresses(tx, ws, &contact)?;
    Ok(ImportRowOutcome::Updated)
}

/// Claims addresses as the backup states them: an address shared by several members keeps identifying its current
/// holder.
fn claim_stored_addresses(tx: &mut dyn Tx, ws: i64, contact: &ImportContact) -> Result<()> {
    let Some(stored) = member::find(tx, ws, MemberLookup::Id(contact.id))? else {
        return Ok(());
    };
    claim_addresses(tx, ws, &stored, OnSharedAddress::Keep)
}

fn normalize(tx: &mut dyn Tx, ctx: &Ctx, contact: &ImportContact) -> Result<ImportContact> {
    let mut contact = contact.clone();
    check_profile(&contact.profile)?;
    limit::REFERENCE.validate_opt(contact.fingerprint.as_deref(), "fingerprint")?;
    let profile = &mut contact.profile;
    profile.email = profile.email.as_deref().map(normalize_email).transpose()?;
    if let Some(text) = &profile.phone {
        let workspace = workspace::find(tx, ctx.workspace.id)?;
        let region = workspace.and_then(|workspace| workspace.policy.region);
        profile.phone = Some(normalize_phone(text, region)?);
    }
    Ok(contact)
}

fn is_unchanged(stored: &MemberRow, contact: &ImportContact) -> bool {
    let (member, mut imported) = (&stored.member, contact.profile.clone());
    imported.photo.clone_from(&member.profile.photo);
    let verified = match (member.verified_at, contact.verified_at) {
        (Some(stored), Some(imported)) => rules::same_millisecond(stored, imported),
        (stored, imported) => stored == imported,
    };
    verified
        && member.profile == imported
        && member.metadata.to_text() == contact.metadata.to_text()
        && stored.fingerprint == contact.fingerprint
}
