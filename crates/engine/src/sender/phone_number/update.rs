//! Updates a phone number.

use parlor_model::error::ConflictReason;
use parlor_model::phone_number::{PhoneNumber, PhoneNumberKey, UpdatePhoneNumber};
use parlor_model::scope::{Resource, Scope};
use parlor_model::{Ctx, Error, Result, limit, text};
use parlor_store::repo::phone_number as repo;

use super::blockers::find_blockers_in_tx;
use super::find::find_in_tx;
use super::options;
use crate::Engine;

/// Changes a phone number and returns it; the number itself is immutable. Requires `phones:write`.
///
/// # Errors
/// `Conflict` when archiving one that [`super::find_blockers()`] returns dependents for.
pub async fn update(
    engine: &Engine,
    ctx: &Ctx,
    key: PhoneNumberKey,
    mut command: UpdatePhoneNumber,
) -> Result<PhoneNumber> {
    ctx.require(Scope::write(Resource::Phones))?;
    if let Some(name) = &command.name {
        command.name = Some(text::normalize_optional(
            name.as_deref(),
            "name",
            limit::NAME.max_chars,
        )?);
    }
    command.options = options::validated(command.options)?;
    let ws = ctx.ws();
    engine
        .store
        .write(move |tx| {
            let mut phone_number = find_in_tx(tx, ws, key)?;
            if let Some(name) = &command.name {
                phone_number.name.clone_from(name);
            }
            options::apply_changes(tx, ws, &mut phone_number, &command.options)?;
            phone_number.sms = command.sms.unwrap_or(phone_number.sms);
            phone_number.voice = command.voice.unwrap_or(phone_number.voice);
            phone_number.is_default = command.is_default.unwrap_or(phone_number.is_default);
            if let Some(archived) = command.archived {
                let is_new = archived && phone_number.archived_at.is_none();
                if is_new && !find_blockers_in_tx(tx, ws, &phone_number)?.is_empty() {
                    return Err(Error::conflict(ConflictReason::Referenced));
                }
                let now = tx.next_stamp().at;
                phone_number.archived_at =
                    archived.then(|| phone_number.archived_at.unwrap_or(now));
            }
            // An archived number must not be the default, since it answers nothing.
            if command.is_default == Some(true) && phone_number.archived_at.is_some() {
                return Err(Error::invalid(
                    "isDefault",
                    "must not be an archived phone number's",
                ));
            }
            repo::update(tx, ws, &phone_number)?;
            if phone_number.is_default {
                repo::clear_other_defaults(tx, ws, phone_number.number)?;
            }
            Ok(phone_number)
        })
        .await
}
