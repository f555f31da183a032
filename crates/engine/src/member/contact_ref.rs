//! Contacts that a command of another entity names, or describes so that they are created with it.

use parlor_model::error::EntityKind;
use parlor_model::scope::{Resource, Scope};
use parlor_model::space::ContactRef;
use parlor_model::{Ctx, Error, Result};
use parlor_store::Tx;
use parlor_store::repo::member as repo;

use super::ensure::ensure_in_tx;
use super::identity::normalize_addresses;
use super::is_contact::is_contact;
use crate::Engine;

/// Normalizes the addresses of a contact that is to be created.
pub(crate) async fn normalize_contact(
    engine: &Engine,
    ctx: &Ctx,
    key: Option<ContactRef>,
) -> Result<Option<ContactRef>> {
    Ok(match key {
        Some(ContactRef::Ensure(mut command)) => {
            command.profile = normalize_addresses(engine, ctx, command.profile).await?;
            Some(ContactRef::Ensure(command))
        }
        other => other,
    })
}

/// Checks that the caller may create the contact, if it is described rather than named.
pub(crate) fn authorize_contact(ctx: &Ctx, key: Option<&ContactRef>) -> Result<()> {
    match key {
        Some(ContactRef::Ensure(_)) => ctx.require(Scope::write(Resource::Members)),
        Some(ContactRef::Id(_)) | None => Ok(()),
    }
}

/// Returns the number of the contact, which is created if the command describes it.
pub(crate) fn resolve_contact(
    tx: &mut dyn Tx,
    ctx: &Ctx,
    key: Option<&ContactRef>,
) -> Result<Option<i64>> {
    match key {
        None => Ok(None),
        Some(ContactRef::Id(id)) => repo::find(tx, ctx.ws(), repo::MemberLookup::Id(*id))?
            .filter(|found| is_contact(&found.member))
            .map(|found| Some(found.member.key.number))
            .ok_or_else(|| Error::not_found(EntityKind::Contact)),
        Some(ContactRef::Ensure(command)) => {
            Ok(Some(ensure_in_tx(tx, ctx, command)?.member.number))
        }
    }
}
