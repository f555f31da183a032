//! Updates a member.

use parlor_model::error::{EntityKind, ErrorKind};
use parlor_model::id::MemberId;
use parlor_model::member::UpdateMember;
use parlor_model::scope::{Resource, Scope, Scopes};
use parlor_model::{Ctx, Error, Result};
use parlor_store::Tx;
use parlor_store::repo::actor;
use parlor_store::repo::member::{self as repo, MemberLookup, MemberRow};

use super::MemberRecord;
use super::identity::{
    OnSharedAddress, StrongIdentifiers, check_external_id, claim_address_keys,
    normalize_phone_in_workspace,
};
use super::text_limits::check_changes;
use super::wallet::revoke_wallet_tokens;
use crate::{Engine, authority, label};

/// Changes a member and returns it. Requires `members:write`, and `admin:write` if role or scopes change.
///
/// # Errors
/// `AlreadyExists` for an address that identifies another member.
pub async fn update(
    engine: &Engine,
    ctx: &Ctx,
    id: MemberId,
    command: UpdateMember,
) -> Result<MemberRecord> {
    ctx.require(Scope::write(Resource::Members))?;
    if command.role.is_some() || command.scopes.is_some() {
        ctx.require(Scope::write(Resource::Admin))?;
    }
    let (ctx, command) = (*ctx, validated_changes(engine, ctx, command).await?);
    let hasher = engine.vault.wallet_hasher();
    engine
        .store
        .write(move |tx| {
            let found = repo::find(tx, ctx.ws(), MemberLookup::Id(id))?;
            let stored = found.ok_or_else(|| Error::not_found(EntityKind::Member))?;
            // Tokens stay revoked when the member is unarchived.
            if command.archived == Some(true) && stored.member.archived_at.is_none() {
                actor::advance_token_epoch(tx, ctx.ws(), stored.member.key.number)?;
                revoke_wallet_tokens(tx, ctx.ws(), &hasher, stored.wallet.as_deref())?;
            }
            update_in_tx(tx, &ctx, stored, &command).map(MemberRecord::from)
        })
        .await
}

/// Normalizes new addresses, and checks labels.
pub(super) async fn validated_changes(
    engine: &Engine,
    ctx: &Ctx,
    mut command: UpdateMember,
) -> Result<UpdateMember> {
    if let Some(Some(email)) = &command.email {
        command.email = Some(Some(super::normalize_email(email)?));
    }
    if let Some(Some(phone)) = &command.phone {
        command.phone = Some(Some(
            normalize_phone_in_workspace(engine, ctx, phone).await?,
        ));
    }
    if let Some(names) = &command.labels {
        command.labels = Some(label::validated_names(names)?);
    }
    Ok(command)
}

/// Updates a member that was read in this transaction, if the caller may.
pub(super) fn update_in_tx(
    tx: &mut dyn Tx,
    ctx: &Ctx,
    mut stored: MemberRow,
    command: &UpdateMember,
) -> Result<MemberRow> {
    let ws = ctx.ws();
    authority::authorize_manage_member(ctx, &stored.member)?;
    authority::authorize_role_grant(ctx, command.role.flatten(), Scopes::NONE)?;
    if let Some(fingerprint) = &command.fingerprint {
        let owner = repo::find(tx, ws, MemberLookup::Fingerprint(fingerprint))?;
        if owner.is_some_and(|owner| owner.member.key.number != stored.member.key.number) {
            return Err(Error::new(ErrorKind::AlreadyExists {
                noun: EntityKind::Contact,
                field: "fingerprint",
            }));
        }
    }
    apply_changes(&mut stored, command, tx.next_stamp().at)?;
    stored.member.updated_at = repo::update(tx, ws, &stored)?;
    if let Some(external) = &command.external_id {
        set_external_id(tx, ws, &mut stored, external.as_deref())?;
    }
    if command.email.is_some() || command.phone.is_some() {
        claim_addresses(tx, ws, &stored, OnSharedAddress::Reject)?;
    }
    if let Some(names) = &command.labels {
        label::set_member_labels(tx, ws, stored.member.key.number, names)?;
    }
    Ok(stored)
}

/// Makes the addresses of a member that was just written identify it.
pub(crate) fn claim_addresses(
    tx: &mut dyn Tx,
    ws: i64,
    stored: &MemberRow,
    if_shared: OnSharedAddress,
) -> Result<()> {
    let member = &stored.member;
    let names = StrongIdentifiers::from_stored(stored);
    claim_address_keys(tx, ws, &member.key, &member.profile, names, if_shared).map(drop)
}

/// Sets or removes the external id.
fn set_external_id(
    tx: &mut dyn Tx,
    ws: i64,
    stored: &mut MemberRow,
    external: Option<&str>,
) -> Result<()> {
    let key = &stored.member.key;
    if let Some(external) = external {
        let other = repo::find(tx, ws, MemberLookup::External(external))?;
        if other.is_some_and(|other| other.member.key.number != key.number) {
            return Err(Error::new(ErrorKind::AlreadyExists {
                noun: EntityKind::Member,
                field: "external id",
            }));
        }
        check_external_id(tx, ws, external, Some(key.id))?;
    }
    repo::replace_external_id(tx, ws, key.number, external)?;
    stored.member.key.external_id = external.map(str::to_owned);
    Ok(())
}

pub(super) fn apply_changes(
    stored: &mut MemberRow,
    command: &UpdateMember,
    now: parlor_model::Timestamp,
) -> Result<()> {
    check_changes(command)?;
    fn set<T: Clone>(field: &mut T, new: Option<&T>) {
        if let Some(new) = new {
            field.clone_from(new);
        }
    }
    let member = &mut stored.member;
    set(&mut member.profile.name, command.name.as_ref());
    set(
        &mut member.profile.description,
        command.description.as_ref(),
    );
    set(&mut member.profile.email, command.email.as_ref());
    set(&mut member.profile.phone, command.phone.as_ref());
    set(&mut member.profile.nick, command.nick.as_ref());
    set(
        &mut member.profile.preferences,
        command.preferences.as_ref(),
    );
    set(
        &mut member.profile.instructions,
        command.instructions.as_ref(),
    );
    set(&mut member.profile.chat_model, command.chat_model.as_ref());
    set(&mut member.verified_at, command.verified_at.as_ref());
    set(&mut member.role, command.role.as_ref());
    set(&mut member.scopes, command.scopes.as_ref());
    set(&mut member.sms_opted_out, command.sms_opted_out.as_ref());
    set(
        &mut member.email_opted_out,
        command.email_opted_out.as_ref(),
    );
    member.key.name.clone_from(&member.profile.name);
    if let Some(archived) = command.archived {
        member.archived_at = archived.then(|| member.archived_at.unwrap_or(now));
    }
    if let Some(patch) = &command.metadata {
        let merged = std::mem::take(&mut member.metadata).merge(patch);
        member.metadata = parlor_model::Metadata::new(merged.into_map(), "meta")?;
    }
    if command.fingerprint.is_some() {
        stored.fingerprint.clone_from(&command.fingerprint);
    }
    Ok(())
}
