//! Changing a workspace and what its operator decided.

use parlor_model::error::EntityKind;
use parlor_model::scope::{Resource, Scope};
use parlor_model::workspace::{UpdateWorkspace, Workspace};
use parlor_model::{Ctx, Error, Result, limit, text};
use parlor_store::repo::workspace as repo;

use crate::{Engine, member};

/// Changes the context's workspace and returns it as it is now. Asks for `admin:write`. The new policy holds for every
/// request that begins after the answer.
///
/// # Errors
/// `Invalid` for a blank name, one longer than a name may be, a region that has no phone numbers, and texts and addresses
/// of the web chat that break a rule.
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
                // Numbers that could not be read may be now; what is broken off here is done at the next start.
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
