//! Updates an inbox.

use parlor_model::inbox::{Inbox, InboxKey, UpdateInbox};
use parlor_model::scope::{Resource, Scope};
use parlor_model::{Ctx, Result, limit, text};
use parlor_store::repo::inbox as repo;

use super::create::{already_exists_error, normalize_address};
use super::find::find_in_tx;
use super::rules;
use crate::{Engine, slug, workflow};

/// Changes an inbox and returns it. Requires `inboxes:write`.
pub async fn update(
    engine: &Engine,
    ctx: &Ctx,
    key: InboxKey,
    mut command: UpdateInbox,
) -> Result<Inbox> {
    ctx.require(Scope::write(Resource::Inboxes))?;
    if let Some(name) = &command.name {
        command.name = Some(text::normalize_optional(
            name.as_deref(),
            "name",
            limit::NAME.max_chars,
        )?);
    }
    if let Some(footer) = &command.footer {
        command.footer = Some(rules::normalize_footer(footer.as_deref())?);
    }
    if let Some(given) = &command.rules {
        rules::check_rules(given)?;
    }
    command.slug = command.slug.as_deref().map(slug::validated).transpose()?;
    command.address = command
        .address
        .as_deref()
        .map(normalize_address)
        .transpose()?;
    let ws = ctx.ws();
    engine
        .store
        .write(move |tx| {
            let mut inbox = find_in_tx(tx, ws, key)?;
            if let Some(slug) = &command.slug {
                if repo::slug_exists(tx, ws, slug, inbox.number)? {
                    return Err(already_exists_error("slug"));
                }
                inbox.slug.clone_from(slug);
            }
            if let Some(address) = &command.address {
                if repo::address_exists(tx, ws, address, inbox.number)? {
                    return Err(already_exists_error("address"));
                }
                inbox.address.clone_from(address);
            }
            if let Some(name) = &command.name {
                inbox.name.clone_from(name);
            }
            if let Some(key) = command.workflow {
                inbox.workflow = key
                    .map(|key| workflow::find_in_tx(tx, ws, key).map(|found| found.number))
                    .transpose()?;
            }
            if let Some(footer) = &command.footer {
                inbox.footer.clone_from(footer);
            }
            if let Some(given) = &command.rules {
                inbox.rules.clone_from(given);
            }
            inbox.is_default = command.is_default.unwrap_or(inbox.is_default);
            repo::update(tx, ws, &inbox)?;
            if inbox.is_default {
                repo::clear_other_defaults(tx, ws, inbox.number)?;
            }
            Ok(inbox)
        })
        .await
}
