//! Finding a contact by what identifies it, or making it.

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
    /// This call made it.
    pub is_new: bool,
}

/// The member with the command's fingerprint, else the one whom its email address or its phone number names, made of
/// the command when there is none. One that exists keeps what it has; where nobody vouched for a fingerprint of it so
/// far, it gets the command's, which asks for what changing it asks for. Without any of the three a member is always made.
/// Asks for `members:write`. An address of the workspace's owner is refused.
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

/// What [`ensure`] does within a transaction, for commands that name a contact. Addresses are in their kept form.
pub(crate) fn ensure_in_tx(
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
    // One that was made of other fields says less than the addresses themselves.
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
