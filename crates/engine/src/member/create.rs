//! Creates a member.

use parlor_model::error::{EntityKind, ErrorKind};
use parlor_model::member::{CreateMember, Member, MemberRef};
use parlor_model::scope::{Resource, Scope};
use parlor_model::{Ctx, Error, Result};
use parlor_store::Tx;
use parlor_store::repo::member as repo;

use super::identity::{
    OnSharedAddress, StrongIdentifiers, check_external_id, claim_address_keys, normalize_addresses,
};
use super::text_limits::check_new;
use crate::{Engine, authority, label};

/// Creates a member. Requires `members:write`.
///
/// # Errors
/// `AlreadyExists` for a used external id or fingerprint, an external id that is another member's id or handle, and an
/// address that identifies another member.
pub async fn create(engine: &Engine, ctx: &Ctx, command: CreateMember) -> Result<MemberRef> {
    ctx.require(Scope::write(Resource::Members))?;
    authority::authorize_role_grant(ctx, command.role, command.scopes)?;
    let command = validated(engine, ctx, command).await?;
    let ws = ctx.ws();
    engine.store.write(move |tx| insert(tx, ws, &command)).await
}

/// Creates a member like [`create`] with at most 50 labels, by name, and returns it. Missing labels are created.
pub async fn create_with_labels(
    engine: &Engine,
    ctx: &Ctx,
    command: CreateMember,
    labels: &[String],
) -> Result<Member> {
    ctx.require(Scope::write(Resource::Members))?;
    authority::authorize_role_grant(ctx, command.role, command.scopes)?;
    let labels = label::validated_names(labels)?;
    let command = validated(engine, ctx, command).await?;
    let ws = ctx.ws();
    engine
        .store
        .write(move |tx| {
            let number = insert(tx, ws, &command)?.number;
            label::set_member_labels(tx, ws, number, &labels)?;
            let made = repo::find(tx, ws, repo::MemberLookup::Number(number))?;
            made.map(|stored| stored.member)
                .ok_or_else(|| Error::internal("a member vanished within its transaction"))
        })
        .await
}

/// Normalizes the addresses.
pub(super) async fn validated(
    engine: &Engine,
    ctx: &Ctx,
    mut command: CreateMember,
) -> Result<CreateMember> {
    command.profile = normalize_addresses(engine, ctx, command.profile).await?;
    Ok(command)
}

/// Inserts a member whose addresses are normalized.
pub(crate) fn insert(tx: &mut dyn Tx, ws: i64, command: &CreateMember) -> Result<MemberRef> {
    check_new(command)?;
    if let Some(external) = &command.external_id {
        check_external_id(tx, ws, external, None)?;
    }
    if let Some(made) = repo::insert(tx, ws, command)? {
        let profile = &command.profile;
        if profile.email.is_some() || profile.phone.is_some() {
            let names = StrongIdentifiers {
                external_id: command.external_id.as_deref(),
                fingerprint: command.fingerprint.as_deref(),
            };
            claim_address_keys(tx, ws, &made, profile, names, OnSharedAddress::Reject)?;
        }
        return Ok(made);
    }
    let field = if command.external_id.is_some() {
        "external id"
    } else {
        "fingerprint"
    };
    Err(Error::new(ErrorKind::AlreadyExists {
        noun: EntityKind::Member,
        field,
    }))
}
