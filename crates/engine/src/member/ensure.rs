//! Finding a contact by fingerprint, or making it.

use parlor_model::member::{CreateMember, MemberRef};
use parlor_model::scope::{Resource, Scope};
use parlor_model::{Ctx, Result};
use parlor_store::Tx;
use parlor_store::repo::member::{self as repo, By};

use crate::Engine;

/// A member that exists now.
#[derive(Debug, Clone)]
pub struct Ensured {
    /// The member.
    pub member: MemberRef,
    /// This call made it.
    pub is_new: bool,
}

/// The member with the command's fingerprint, made of the command when there is none. One that exists is never
/// changed. Without a fingerprint a member is always made. Asks for `members:write`.
pub async fn ensure(engine: &Engine, ctx: &Ctx, command: CreateMember) -> Result<Ensured> {
    ctx.require(Scope::write(Resource::Members))?;
    let command = super::create::checked(command)?;
    let ws = ctx.ws();
    engine
        .store
        .write(move |tx| ensure_in(tx, ws, &command))
        .await
}

/// The same within a transaction, for commands that name a contact by fingerprint. Addresses are checked before.
pub(crate) fn ensure_in(tx: &mut dyn Tx, ws: i64, command: &CreateMember) -> Result<Ensured> {
    if let Some(fingerprint) = &command.fingerprint
        && let Some(found) = repo::find(tx, ws, By::Fingerprint(fingerprint))?
    {
        return Ok(Ensured {
            member: found.member.key,
            is_new: false,
        });
    }
    Ok(Ensured {
        member: super::create::insert(tx, ws, command)?,
        is_new: true,
    })
}
