//! Making a phone number.

use parlor_model::error::{Kind, Noun};
use parlor_model::line::{CreatePhoneNumber, PhoneNumber};
use parlor_model::scope::{Resource, Scope};
use parlor_model::{Ctx, Error, Result, limit, text};
use parlor_store::repo::phone_number as repo;

use super::options;
use crate::{Engine, member};

/// Makes a phone number. One that the workspace has already is refused. Asks for `phones:write`.
pub async fn create(engine: &Engine, ctx: &Ctx, command: CreatePhoneNumber) -> Result<PhoneNumber> {
    ctx.require(Scope::write(Resource::Phones))?;
    let e164 = member::kept_phone(engine, ctx, &command.e164)
        .await
        .map_err(|error| match error.kind() {
            Kind::Invalid { rule, .. } => Error::invalid("number", rule.clone()),
            _ => error,
        })?;
    let name = text::optional(command.name.as_deref(), "name", limit::NAME.max_chars)?;
    let changes = options::checked(command.options)?;
    let ws = ctx.ws();
    engine
        .store
        .write(move |tx| {
            let new = repo::NewPhoneNumber {
                e164: &e164,
                name: name.as_deref(),
                sms: command.sms,
                voice: command.voice,
                is_default: command.is_default,
            };
            let mut made = repo::insert(tx, ws, &new)?.ok_or_else(|| {
                Error::new(Kind::AlreadyExists {
                    noun: Noun::PhoneNumber,
                    field: "number",
                })
            })?;
            options::apply(tx, ws, &mut made, &changes)?;
            repo::update(tx, ws, &made)?;
            if made.is_default {
                repo::yield_default(tx, ws, made.number)?;
            }
            Ok(made)
        })
        .await
}
