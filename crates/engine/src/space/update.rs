//! Changing a space.

use parlor_model::error::EntityKind;
use parlor_model::id::SpaceId;
use parlor_model::scope::{Resource, Scope};
use parlor_model::space::UpdateSpace;
use parlor_model::{Ctx, Error, Metadata, Result};
use parlor_store::repo::space as repo;

use super::create::{already_exists_error, authorize_contact, resolve_contact};
use super::text_limits::check_texts;
use crate::Engine;
use crate::member::normalize_contact;

/// Changes a space; what the command leaves out stays. Metadata merges at the top level, within the transaction that
/// read it, so that parallel updates of different keys all survive. Asks for `spaces:write`.
pub async fn update(
    engine: &Engine,
    ctx: &Ctx,
    id: SpaceId,
    mut command: UpdateSpace,
) -> Result<()> {
    ctx.require(Scope::write(Resource::Spaces))?;
    authorize_contact(ctx, command.contact.as_ref().and_then(Option::as_ref))?;
    if let Some(contact) = command.contact {
        command.contact = Some(normalize_contact(engine, ctx, contact).await?);
    }
    let (ctx, ws) = (*ctx, ctx.ws());
    engine
        .store
        .write(move |tx| {
            let space =
                repo::find(tx, ws, id)?.ok_or_else(|| Error::not_found(EntityKind::Space))?;
            let contact = match &command.contact {
                None => repo::find_contact_number(tx, ws, space.number)?,
                Some(key) => resolve_contact(tx, &ctx, key.as_ref())?,
            };
            let alias = command.alias.as_ref().unwrap_or(&space.alias);
            if let Some(Some(alias)) = &command.alias
                && repo::alias_exists(tx, ws, alias, space.number)?
            {
                return Err(already_exists_error());
            }
            let metadata = match &command.metadata {
                None => space.metadata,
                Some(patch) => Metadata::new(space.metadata.merge(patch).into_map(), "meta")?,
            };
            let new = repo::NewSpaceRow {
                name: command.name.as_ref().unwrap_or(&space.name).as_deref(),
                description: command
                    .description
                    .as_ref()
                    .unwrap_or(&space.description)
                    .as_deref(),
                contact,
                owner: None,
                alias: alias.as_deref(),
                blueprint: command
                    .blueprint
                    .as_ref()
                    .unwrap_or(&space.blueprint)
                    .as_deref(),
                metadata: &metadata.to_text(),
            };
            check_texts(&new)?;
            repo::update(tx, ws, space.number, &new)
        })
        .await
}
