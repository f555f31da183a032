//! Making a member.

use parlor_model::error::{Kind, Noun};
use parlor_model::member::{CreateMember, MemberRef};
use parlor_model::scope::{Resource, Scope};
use parlor_model::{Ctx, Error, Result};
use parlor_store::Tx;
use parlor_store::repo::member as repo;

use crate::{Engine, authority};

/// Makes a member. Asks for `members:write`. A taken external id or fingerprint is refused.
pub async fn create(engine: &Engine, ctx: &Ctx, command: CreateMember) -> Result<MemberRef> {
    ctx.require(Scope::write(Resource::Members))?;
    authority::grant(ctx, command.role, command.scopes)?;
    let command = checked(command)?;
    let ws = ctx.ws();
    engine.store.write(move |tx| insert(tx, ws, &command)).await
}

/// Puts addresses into their kept form.
pub(super) fn checked(mut command: CreateMember) -> Result<CreateMember> {
    let profile = &mut command.profile;
    profile.email = profile.email.as_deref().map(super::email).transpose()?;
    profile.phone = profile.phone.as_deref().map(super::phone).transpose()?;
    Ok(command)
}

pub(super) fn insert(tx: &mut dyn Tx, ws: i64, command: &CreateMember) -> Result<MemberRef> {
    if let Some(made) = repo::insert(tx, ws, command)? {
        return Ok(made);
    }
    let field = if command.external_id.is_some() {
        "external id"
    } else {
        "fingerprint"
    };
    Err(Error::new(Kind::AlreadyExists {
        noun: Noun::Member,
        field,
    }))
}
