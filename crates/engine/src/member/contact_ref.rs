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

/// A contact that a command names, with its addresses in the form they are kept in.
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

/// Making a contact on the way asks for what making one asks for.
pub(crate) fn authorize_contact(ctx: &Ctx, key: Option<&ContactRef>) -> Result<()> {
    match key {
        Some(ContactRef::Ensure(_)) => ctx.require(Scope::write(Resource::Members)),
        Some(ContactRef::Id(_)) | None => Ok(()),
    }
}

/// The number of the contact a caller names, found or made.
pub(crate) fn resolve_contact(
    tx: &mut dyn Tx,
    ws: i64,
    key: Option<&ContactRef>,
) -> Result<Option<i64>> {
    match key {
        None => Ok(None),
        Some(ContactRef::Id(id)) => repo::find(tx, ws, repo::MemberLookup::Id(*id))?
            .filter(|found| is_contact(&found.member))
            .map(|found| Some(found.member.key.number))
            .ok_or_else(|| Error::not_found(EntityKind::Contact)),
        Some(ContactRef::Ensure(command)) => Ok(Some(ensure_in_tx(tx, ws, command)?.member.number)),
    }
}
