//! Finds a contact by its identifiers, or creates it.

use parlor_model::member::{CreateMember, MemberRef};
use parlor_model::scope::{Resource, Scope};
use parlor_model::{Ctx, Result};
use parlor_store::Tx;
use parlor_store::repo::member::{self as repo, MemberLookup};

use super::identity::{StrongIdentifiers, find_contact_holder, vouched_fingerprint};
use crate::{Engine, authority};

/// A member that exists now.
#[derive(Debug, Clone)]
pub struct EnsureMemberResult {
    /// The member.
    pub member: MemberRef,
    /// Whether this call created it.
    pub is_new: bool,
}

/// Returns the contact with the command's fingerprint, else the one identified by its email address or phone number,
/// else a new one. Requires `members:write`.
///
/// An existing contact stays unchanged, except that a missing or derived fingerprint is replaced by the command's,
/// which requires the permission to manage that member. Without fingerprint and addresses a contact is always created.
///
/// # Errors
/// `AlreadyExists` for an address of the workspace's owner.
pub async fn ensure(
    engine: &Engine,
    ctx: &Ctx,
    command: CreateMember,
) -> Result<EnsureMemberResult> {
    ctx.require(Scope::write(Resource::Members))?;
    let command = super::create::validated(engine, ctx, command).await?;
    let ctx = *ctx;
    engine
        .store
        .write(move |tx| ensure_in_tx(tx, &ctx, &command))
        .await
}

/// Does what [`ensure`] does within a transaction. Addresses must be normalized.
pub(super) fn ensure_in_tx(
    tx: &mut dyn Tx,
    ctx: &Ctx,
    command: &CreateMember,
) -> Result<EnsureMemberResult> {
    let ws = ctx.ws();
    let known = |member| EnsureMemberResult {
        member,
        is_new: false,
    };
    let given = vouched_fingerprint(command.fingerprint.as_deref());
    if let Some(fingerprint) = given
        && let Some(found) = repo::find(tx, ws, MemberLookup::Fingerprint(fingerprint))?
    {
        return Ok(known(found.member.key));
    }
    let names = StrongIdentifiers {
        external_id: command.external_id.as_deref(),
        fingerprint: given,
    };
    if let Some(found) = find_contact_holder(tx, ws, &command.profile, names)? {
        if let Some(fingerprint) = given {
            authority::authorize_manage_member(ctx, &found.member)?;
            repo::set_fingerprint(tx, ws, found.member.key.number, fingerprint)?;
        }
        return Ok(known(found.member.key));
    }
    // A derived fingerprint is weaker than the addresses.
    if let Some(derived) = &command.fingerprint
        && given.is_none()
        && let Some(found) = repo::find(tx, ws, MemberLookup::Fingerprint(derived))?
    {
        return Ok(known(found.member.key));
    }
    Ok(EnsureMemberResult {
        member: super::create::insert(tx, ws, command)?,
        is_new: true,
    })
}
