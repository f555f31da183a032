//! Updates a workspace.

use parlor_model::error::EntityKind;
use parlor_model::scope::{Resource, Scope};
use parlor_model::workspace::{UpdateWorkspace, Workspace};
use parlor_model::{Ctx, Error, Result, limit, text};
use parlor_store::repo::workspace as repo;

use crate::{Engine, member};

/// Changes the context's workspace and its policy, and returns it. Requires `admin:write`. A new policy applies to
/// every request that begins after the response.
///
/// # Errors
/// `Invalid` for a blank or too long name, a region without phone numbers, and invalid texts and addresses of the web
/// chat.
pub async fn update(engine: &Engine, ctx: &Ctx, mut command: UpdateWorkspace) -> Result<Workspace> {
    ctx.require(Scope::write(Resource::Admin))?;
    if let Some(name) = &command.name {
        command.name = Some(text::normalize_required(
            name,
            "name",
            limit::NAME.max_chars,
        )?);
    }
    if let Some(Some(region)) = command.region
        && !member::has_phone_numbers(region)
    {
        return Err(Error::invalid(
            "region",
            "must be a country or territory that has phone numbers, such as US or DE",
        ));
    }
    command.web_chat.validate()?;
    let id = ctx.workspace.id;
    let (updated, is_moved) = engine
        .store
        .write(move |tx| {
            let found =
                repo::find(tx, id)?.ok_or_else(|| Error::not_found(EntityKind::Workspace))?;
            let updated = Workspace {
                name: command.name.clone().unwrap_or_else(|| found.name.clone()),
                policy: command.apply(found.policy),
                web_chat: command.web_chat.apply(&found.web_chat),
                ..found.clone()
            };
            repo::update(tx, &updated)?;
            let is_moved = updated.policy.region != found.policy.region;
            if is_moved {
                // Unreadable numbers may be readable now. An interrupted run is repeated at the next start.
                repo::set_address_form(tx, id, 0)?;
            }
            Ok((updated, is_moved))
        })
        .await?;
    if is_moved {
        member::normalize_workspace(engine, &updated).await?;
    }
    Ok(updated)
}
