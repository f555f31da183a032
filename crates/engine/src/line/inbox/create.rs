//! Making an inbox.

use parlor_model::error::{Kind, Noun};
use parlor_model::line::{CreateInbox, Inbox};
use parlor_model::scope::{Resource, Scope};
use parlor_model::{Ctx, Error, Result, limit, text};
use parlor_store::repo::inbox as repo;

use super::rules;
use crate::workflow::{existing as workflow, slug};
use crate::{Engine, member};

/// Makes an inbox. A slug or address that the workspace has already is refused. Asks for `inboxes:admin`.
pub async fn create(engine: &Engine, ctx: &Ctx, command: CreateInbox) -> Result<Inbox> {
    ctx.require(Scope::admin(Resource::Inboxes))?;
    let address = address(&command.address)?;
    let name = text::optional(command.name.as_deref(), "name", limit::NAME.max_chars)?;
    let footer = rules::footer(command.footer.as_deref())?;
    rules::check(&command.rules)?;
    let slug = match &command.slug {
        Some(given) => slug::checked(given)?,
        None => slug::made_of(address.split('@').next().unwrap_or_default()),
    };
    let ws = ctx.ws();
    engine
        .store
        .write(move |tx| {
            let workflow = command
                .workflow
                .map(|key| workflow(tx, ws, key))
                .transpose()?;
            let new = repo::NewInbox {
                slug: &slug,
                name: name.as_deref(),
                address: &address,
                workflow: workflow.map(|workflow| workflow.number),
                is_default: command.is_default,
                footer: footer.as_deref(),
                rules: &command.rules,
            };
            let Some(made) = repo::insert(tx, ws, &new)? else {
                let by_address = repo::address_is_taken(tx, ws, &address, 0)?;
                return Err(taken(if by_address { "address" } else { "slug" }));
            };
            if made.is_default {
                repo::yield_default(tx, ws, made.number)?;
            }
            Ok(made)
        })
        .await
}

/// The kept form of an inbox's address: its normal form.
pub(super) fn address(text: &str) -> Result<String> {
    let refused = |_| Error::invalid("address", "must be an email address");
    member::email_key(text).map_err(refused)
}

pub(super) fn taken(field: &'static str) -> Error {
    Error::new(Kind::AlreadyExists {
        noun: Noun::Inbox,
        field,
    })
}
