//! Creates an inbox.

use parlor_model::error::{EntityKind, ErrorKind};
use parlor_model::inbox::{CreateInbox, Inbox};
use parlor_model::scope::{Resource, Scope};
use parlor_model::{Ctx, Error, Result, limit, text};
use parlor_store::repo::inbox as repo;

use super::rules;
use crate::{Engine, member};
use crate::{slug, workflow};

/// Creates an inbox. Requires `inboxes:admin`.
///
/// # Errors
/// `AlreadyExists` for a used slug or address.
pub async fn create(engine: &Engine, ctx: &Ctx, command: CreateInbox) -> Result<Inbox> {
    ctx.require(Scope::admin(Resource::Inboxes))?;
    let address = normalize_address(&command.address)?;
    let name = text::normalize_optional(command.name.as_deref(), "name", limit::NAME.max_chars)?;
    let footer = rules::normalize_footer(command.footer.as_deref())?;
    rules::check_rules(&command.rules)?;
    let slug = match &command.slug {
        Some(given) => slug::validated(given)?,
        None => slug::slugify(address.split('@').next().unwrap_or_default()),
    };
    let ws = ctx.ws();
    engine
        .store
        .write(move |tx| {
            let workflow = command
                .workflow
                .map(|key| workflow::find_in_tx(tx, ws, key))
                .transpose()?;
            let new = repo::NewInboxRow {
                slug: &slug,
                name: name.as_deref(),
                address: &address,
                workflow: workflow.map(|workflow| workflow.number),
                is_default: command.is_default,
                footer: footer.as_deref(),
                rules: &command.rules,
            };
            let Some(made) = repo::insert(tx, ws, &new)? else {
                let by_address = repo::address_exists(tx, ws, &address, 0)?;
                return Err(already_exists_error(if by_address {
                    "address"
                } else {
                    "slug"
                }));
            };
            if made.is_default {
                repo::clear_other_defaults(tx, ws, made.number)?;
            }
            Ok(made)
        })
        .await
}

/// Returns the normalized address of an inbox.
pub(super) fn normalize_address(text: &str) -> Result<String> {
    let refused = |_| Error::invalid("address", "must be an email address");
    member::email_key(text).map_err(refused)
}

pub(super) fn already_exists_error(field: &'static str) -> Error {
    Error::new(ErrorKind::AlreadyExists {
        noun: EntityKind::Inbox,
        field,
    })
}
