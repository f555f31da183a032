//! Creates a phone number.

use parlor_model::error::{EntityKind, ErrorKind};
use parlor_model::phone_number::{CreatePhoneNumber, PhoneNumber};
use parlor_model::scope::{Resource, Scope};
use parlor_model::{Ctx, Error, Result, limit, text};
use parlor_store::repo::phone_number as repo;

use super::options;
use crate::{Engine, member};

/// Creates a phone number. Requires `phones:write`.
///
/// # Errors
/// `AlreadyExists` if the workspace has it.
pub async fn create(engine: &Engine, ctx: &Ctx, command: CreatePhoneNumber) -> Result<PhoneNumber> {
    ctx.require(Scope::write(Resource::Phones))?;
    let e164 = member::normalize_phone_in_workspace(engine, ctx, &command.e164)
        .await
        .map_err(|error| match error.kind() {
            ErrorKind::Invalid { rule, .. } => Error::invalid("number", rule.clone()),
            _ => error,
        })?;
    let name = text::normalize_optional(command.name.as_deref(), "name", limit::NAME.max_chars)?;
    let changes = options::validated(command.options)?;
    let ws = ctx.ws();
    engine
        .store
        .write(move |tx| {
            let new = repo::NewPhoneNumberRow {
                e164: &e164,
                name: name.as_deref(),
                sms: command.sms,
                voice: command.voice,
                is_default: command.is_default,
            };
            let mut made = repo::insert(tx, ws, &new)?.ok_or_else(|| {
                Error::new(ErrorKind::AlreadyExists {
                    noun: EntityKind::PhoneNumber,
                    field: "number",
                })
            })?;
            options::apply_changes(tx, ws, &mut made, &changes)?;
            repo::update(tx, ws, &made)?;
            if made.is_default {
                repo::clear_other_defaults(tx, ws, made.number)?;
            }
            Ok(made)
        })
        .await
}
