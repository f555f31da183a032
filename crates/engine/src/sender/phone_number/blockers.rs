//! Finds what depends on a phone number.

use parlor_model::phone_number::{PhoneNumber, PhoneNumberKey};
use parlor_model::scope::{Resource, Scope};
use parlor_model::{Ctx, Result};
use parlor_store::Tx;
use parlor_store::repo::phone_number as repo;

use super::find::find_in_tx;
use crate::Engine;

/// What depends on a phone number and prevents archiving it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PhoneNumberBlockers {
    /// Whether it is the workspace's default.
    pub is_default: bool,
    /// Numbers and names of the workflows, not archived, whose default it is.
    pub workflows: Vec<(i64, String)>,
    /// Number of open conversations that use it.
    pub conversations: i64,
}

impl PhoneNumberBlockers {
    /// Returns whether nothing depends on the phone number.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// Returns what depends on a phone number. Requires `phones:read`.
pub async fn find_blockers(
    engine: &Engine,
    ctx: &Ctx,
    key: PhoneNumberKey,
) -> Result<PhoneNumberBlockers> {
    ctx.require(Scope::read(Resource::Phones))?;
    let ws = ctx.ws();
    engine
        .store
        .read(move |tx| {
            let phone_number = find_in_tx(tx, ws, key)?;
            find_blockers_in_tx(tx, ws, &phone_number)
        })
        .await
}

/// Returns what depends on a phone number in the state it is about to have.
pub(super) fn find_blockers_in_tx(
    tx: &mut dyn Tx,
    ws: i64,
    phone_number: &PhoneNumber,
) -> Result<PhoneNumberBlockers> {
    Ok(PhoneNumberBlockers {
        is_default: phone_number.is_default,
        workflows: repo::list_workflows(tx, ws, phone_number.number)?,
        conversations: repo::count_open_conversations(tx, ws, phone_number.number)?,
    })
}

/// Returns which phone numbers are used by workflows that are not archived.
pub async fn used_by_workflows(engine: &Engine, ctx: &Ctx, numbers: Vec<i64>) -> Result<Vec<i64>> {
    let ws = ctx.ws();
    engine
        .store
        .read(move |tx| {
            let mut used = Vec::new();
            for number in numbers {
                if !repo::list_workflows(tx, ws, number)?.is_empty() {
                    used.push(number);
                }
            }
            Ok(used)
        })
        .await
}
