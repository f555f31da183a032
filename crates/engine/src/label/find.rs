//! Finds labels.

use parlor_model::error::EntityKind;
use parlor_model::label::{Label, LabelKey};
use parlor_model::scope::{Resource, Scope};
use parlor_model::{Ctx, Error, Result};
use parlor_store::Tx;
use parlor_store::repo::label as repo;

use super::LabelRef;
use crate::Engine;

/// Returns the label.
///
/// # Errors
/// `NotFound`.
pub(super) fn find_in_tx(tx: &mut dyn Tx, ws: i64, key: LabelKey) -> Result<Label> {
    repo::find(tx, ws, key)?.ok_or_else(|| Error::not_found(EntityKind::Label))
}

/// Returns a numbered page by name, and the total. Requires `labels:read`.
pub async fn page(
    engine: &Engine,
    ctx: &Ctx,
    limit: i64,
    offset: i64,
) -> Result<(Vec<Label>, i64)> {
    ctx.require(Scope::read(Resource::Labels))?;
    let ws = ctx.ws();
    engine
        .store
        .read(move |tx| repo::page(tx, ws, limit, offset))
        .await
}

/// Returns the number of a label for filters, which reveals only that it exists.
pub async fn find_number(engine: &Engine, ctx: &Ctx, named: LabelRef) -> Result<Option<i64>> {
    let ws = ctx.ws();
    engine
        .store
        .read(move |tx| find_number_in_tx(tx, ws, &named))
        .await
}

/// Returns the number of a label, if it exists.
pub(super) fn find_number_in_tx(tx: &mut dyn Tx, ws: i64, named: &LabelRef) -> Result<Option<i64>> {
    let found = match named {
        LabelRef::Key(key) => repo::find(tx, ws, *key)?,
        LabelRef::Name(name) => repo::find_by_name(tx, ws, name)?,
    };
    Ok(found.map(|label| label.number))
}
