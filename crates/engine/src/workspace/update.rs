//! Updates a workspace.

use parlor_model::error::EntityKind;
use parlor_model::scope::{Resource, Scope};
use parlor_model::sending_policy::UpdateSendingPolicy;
use parlor_model::workspace::{UpdateWorkspace, Workspace};
use parlor_model::{Ctx, Error, Result, limit, text};
use parlor_store::repo::{outbox, sending_rate, workspace as repo};

use crate::{Engine, consent, member, outbox::wake_worker};

/// Changes the context's workspace and its policy, and returns it. Requires `admin:write`. A new policy applies to
/// every request that begins after the response.
///
/// # Errors
/// `Invalid` for a blank or too long name, a region without phone numbers, an unknown time zone, a rate of 0, and invalid
/// texts and addresses of the web chat.
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
    validate_sending(&command.sending)?;
    command.web_chat.validate()?;
    let id = ctx.workspace.id;
    let (updated, is_moved, is_released) = engine
        .store
        .write(move |tx| {
            let found =
                repo::find(tx, id)?.ok_or_else(|| Error::not_found(EntityKind::Workspace))?;
            let updated = Workspace {
                name: command.name.clone().unwrap_or_else(|| found.name.clone()),
                policy: command.apply(&found.policy),
                web_chat: command.web_chat.apply(&found.web_chat),
                ..found.clone()
            };
            repo::update(tx, &updated)?;
            let is_released = updated.policy.sending != found.policy.sending;
            if is_released {
                sending_rate::reset(tx, updated.key.number)?;
                outbox::release_held(tx, updated.key.number)?;
            }
            let is_moved = updated.policy.region != found.policy.region;
            if is_moved {
                // Unreadable numbers may be readable now. An interrupted run is repeated at the next start.
                repo::set_address_form(tx, id, 0)?;
            }
            Ok((updated, is_moved, is_released))
        })
        .await?;
    if is_released {
        wake_worker(engine);
    }
    if is_moved {
        member::normalize_workspace(engine, &updated).await?;
    }
    Ok(updated)
}

fn validate_sending(changes: &UpdateSendingPolicy) -> Result<()> {
    if let Some(Some(zone)) = &changes.time_zone
        && !consent::is_time_zone(zone)
    {
        return Err(Error::invalid(
            "time_zone",
            "must be the IANA name of a time zone, such as Europe/Berlin",
        ));
    }
    for (rate, field) in [
        (changes.texts_per_minute, "texts_per_minute"),
        (changes.mails_per_minute, "mails_per_minute"),
    ] {
        if rate == Some(Some(0)) {
            return Err(Error::invalid(field, "must be at least 1"));
        }
    }
    Ok(())
}
