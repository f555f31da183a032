//! Creates a space.

use parlor_model::error::{EntityKind, ErrorKind};
use parlor_model::id::SpaceId;
use parlor_model::scope::{Resource, Scope};
use parlor_model::space::CreateSpace;
use parlor_model::{Ctx, Error, Result};
use parlor_store::repo::space as repo;

use super::text_limits::check_texts;
use crate::Engine;
use crate::member::{authorize_contact, normalize_contact, resolve_contact};

/// Creates a space. Requires `spaces:write`.
///
/// # Errors
/// `NotFound` for an unknown contact, `AlreadyExists` for a used alias.
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
