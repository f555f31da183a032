//! What still rests on a phone number.

use parlor_model::phone_number::{PhoneNumber, PhoneNumberKey};
use parlor_model::scope::{Resource, Scope};
use parlor_model::{Ctx, Result};
use parlor_store::Tx;
use parlor_store::repo::phone_number as repo;

use super::find::find_in_tx;
use crate::Engine;

/// What still rests on a phone number and would have to do without it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PhoneNumberBlockers {
    /// It is what is used where nothing else is named.
    pub is_default: bool,
    /// Number and name of the workflows, not put away, that name it as their default.
    pub workflows: Vec<(i64, String)>,
    /// How many open conversations run over it.
    pub conversations: i64,
}

impl PhoneNumberBlockers {
    /// Nothing rests on the phone number.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// What still rests on a phone number. Asks for `phones:read`.
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
            let line = find_in_tx(tx, ws, key)?;
            find_blockers_in_tx(tx, ws, &line)
        })
        .await
}

/// Within a transaction: what rests on a phone number, by how it is about to be.
pub(super) fn find_blockers_in_tx(
    tx: &mut dyn Tx,
    ws: i64,
    line: &PhoneNumber,
) -> Result<PhoneNumberBlockers> {
    Ok(PhoneNumberBlockers {
        is_default: line.is_default,
        workflows: repo::list_workflows(tx, ws, line.number)?,
        conversations: repo::count_open_conversations(tx, ws, line.number)?,
    })
}

/// Which of the phone numbers are named by a workflow that is not put away.
pub async fn used_by_workflows(engine: &Engine, ctx: &Ctx, numbers: Vec<i64>) -> Result<Vec<i64>> {
    let ws = ctx.ws();
    engine
        .store
        .read(move |tx| {
            let mut mapped = Vec::new();
            for number in numbers {
                if !repo::list_workflows(tx, ws, number)?.is_empty() {
                    mapped.push(number);
                }
            }
            Ok(mapped)
        })
        .await
}
