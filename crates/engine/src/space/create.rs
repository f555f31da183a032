//! Making a space.

use parlor_model::error::{Kind, Noun};
use parlor_model::id::SpaceId;
use parlor_model::scope::{Resource, Scope};
use parlor_model::space::{ContactKey, CreateSpace};
use parlor_model::{Ctx, Error, Result};
use parlor_store::Tx;
use parlor_store::repo::{member, space as repo};

use super::texts::check_texts;
use crate::Engine;
use crate::member::kept_contact;

/// Makes a space. Asks for `spaces:write`. An unknown contact and a taken alias are refused.
pub async fn create(engine: &Engine, ctx: &Ctx, mut command: CreateSpace) -> Result<SpaceId> {
    ctx.require(Scope::write(Resource::Spaces))?;
    may_ensure(ctx, command.contact.as_ref())?;
    command.contact = kept_contact(engine, ctx, command.contact).await?;
    let ctx = *ctx;
    let metadata = command.metadata.clone().without_nulls().to_text();
    engine
        .store
        .write(move |tx| {
            let ws = ctx.ws();
            let contact = contact(tx, &ctx, command.contact.as_ref())?;
            let new = repo::NewSpace {
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
                .ok_or_else(taken)
        })
        .await
}

pub(super) fn taken() -> Error {
    Error::new(Kind::AlreadyExists {
        noun: Noun::Space,
        field: "alias",
    })
}

/// Making a contact on the way asks for what making one asks for.
pub(crate) fn may_ensure(ctx: &Ctx, key: Option<&ContactKey>) -> Result<()> {
    match key {
        Some(ContactKey::Ensure(_)) => ctx.require(Scope::write(Resource::Members)),
        Some(ContactKey::Id(_)) | None => Ok(()),
    }
}

/// The number of the contact a caller names, found or made.
pub(crate) fn contact(tx: &mut dyn Tx, ctx: &Ctx, key: Option<&ContactKey>) -> Result<Option<i64>> {
    match key {
        None => Ok(None),
        Some(ContactKey::Id(id)) => member::find(tx, ctx.ws(), member::By::Id(*id))?
            .filter(|found| crate::member::is_contact(&found.member))
            .map(|found| Some(found.member.key.number))
            .ok_or_else(|| Error::not_found(Noun::Contact)),
        Some(ContactKey::Ensure(command)) => Ok(Some(
            crate::member::ensure_in(tx, ctx, command)?.member.number,
        )),
    }
}
