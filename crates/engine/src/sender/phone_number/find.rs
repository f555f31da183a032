//! Finds phone numbers.

use parlor_model::error::EntityKind;
use parlor_model::phone_number::{PhoneNumber, PhoneNumberKey};
use parlor_model::scope::{Resource, Scope};
use parlor_model::{Ctx, Error, Result};
use parlor_store::Tx;
use parlor_store::repo::phone_number as repo;

use crate::Engine;

/// Returns a phone number, archived or not. Requires `phones:read`.
pub async fn find(engine: &Engine, ctx: &Ctx, key: PhoneNumberKey) -> Result<PhoneNumber> {
    ctx.require(Scope::read(Resource::Phones))?;
    let ws = ctx.ws();
    engine.store.read(move |tx| find_in_tx(tx, ws, key)).await
}

/// Returns the phone number.
///
/// # Errors
/// `NotFound`.
pub(super) fn find_in_tx(tx: &mut dyn Tx, ws: i64, key: PhoneNumberKey) -> Result<PhoneNumber> {
    repo::find(tx, ws, key)?.ok_or_else(|| Error::not_found(EntityKind::PhoneNumber))
}

/// Returns a numbered page, oldest first, and the total; `archived` selects only archived ones or only the others.
/// Requires `phones:read`.
pub async fn page(
    engine: &Engine,
    ctx: &Ctx,
    archived: Option<bool>,
    limit: i64,
    offset: i64,
) -> Result<(Vec<PhoneNumber>, i64)> {
    ctx.require(Scope::read(Resource::Phones))?;
    let ws = ctx.ws();
    engine
        .store
        .read(move |tx| repo::page(tx, ws, archived, limit, offset))
        .await
}
