//! Making a space.

use parlor_model::error::{EntityKind, ErrorKind};
use parlor_model::id::SpaceId;
use parlor_model::scope::{Resource, Scope};
use parlor_model::space::{ContactRef, CreateSpace};
use parlor_model::{Ctx, Error, Result};
use parlor_store::Tx;
use parlor_store::repo::{member, space as repo};

use super::text_limits::check_texts;
use crate::Engine;
use crate::member::normalize_contact;

/// Makes a space. Asks for `spaces:write`. An unknown contact and a taken alias are refused.
pub async fn create(engine: &Engine, ctx: &Ctx, mut command: CreateSpace) -> Result<SpaceId> {
    ctx.require(Scope::write(Resource::Spaces))?;
    authorize_contact(ctx, command.contact.as_ref())?;
    command.contact = normalize_contact(engine, ctx, command.contact).await?;
    let ctx = *ctx;
    let metadata = command.metadata.clone().without_nulls().to_text();
    engine
        .store
        .write(move |tx| {
            let ws = ctx.ws();
            let contact = resolve_contact(tx, &ctx, command.contact.as_ref())?;
            let new = repo::NewSpaceRow {
                name: command.name.as_deref(),
                description: command.description.as_deref(),
                contact,
                owner: None,
                alias: command.alias.as_deref(),
                blueprint: command.blueprint.as_deref(),
                metadata: &metadata,
            };
            check_texts(&new)?;
            repo::insert(tx, ws, &new)?
                .map(|(_, id)| id)
                .ok_or_else(already_exists_error)
        })
        .await
}

pub(super) fn already_exists_error() -> Error {
    Error::new(ErrorKind::AlreadyExists {
        noun: EntityKind::Space,
        field: "alias",
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
    ctx: &Ctx,
    key: Option<&ContactRef>,
) -> Result<Option<i64>> {
    match key {
        None => Ok(None),
        Some(ContactRef::Id(id)) => member::find(tx, ctx.ws(), member::MemberLookup::Id(*id))?
            .filter(|found| crate::member::is_contact(&found.member))
            .map(|found| Some(found.member.key.number))
            .ok_or_else(|| Error::not_found(EntityKind::Contact)),
        Some(ContactRef::Ensure(command)) => Ok(Some(
            crate::member::ensure_in_tx(tx, ctx, command)?.member.number,
        )),
    }
}
