//! Clears an address.

use parlor_model::conversation::Medium;
use parlor_model::redacted::Redacted;
use parlor_model::scope::{Resource, Scope};
use parlor_model::{Ctx, Error, Result};
use parlor_store::Tx;
use parlor_store::repo::undeliverable_address as repo;

use super::address_key;
use crate::Engine;

/// Lets messages be sent to an address again, and returns whether it was marked. Requires `members:write`.
///
/// # Errors
/// `Invalid` for what is neither a phone number nor an email address.
pub async fn clear(engine: &Engine, ctx: &Ctx, address: &Redacted<String>) -> Result<bool> {
    ctx.require(Scope::write(Resource::Members))?;
    let medium = match address.contains('@') {
        true => Medium::Email,
        false => Medium::Sms,
    };
    let rule = "must be an email address, or a phone number such as +15005550001";
    let key = address_key(medium, address).ok_or_else(|| Error::invalid("address", rule))?;
    let ws = ctx.ws();
    engine
        .store
        .write(move |tx| repo::clear(tx, ws, (medium, &key)))
        .await
}

/// Clears the address of a sender: something has come from it. The address is normalized.
pub(crate) fn clear_sender(tx: &mut dyn Tx, ws: i64, sender: (Medium, &str)) -> Result<()> {
    if repo::is_marked(tx, ws, sender)? {
        repo::clear(tx, ws, sender)?;
    }
    Ok(())
}
