//! Looks up whether addresses are marked.

use std::collections::HashSet;

use parlor_model::conversation::Medium;
use parlor_model::redacted::Redacted;
use parlor_model::{Ctx, Result};
use parlor_store::Tx;
use parlor_store::repo::undeliverable_address as repo;

use super::address_key;
use crate::Engine;

/// Members with a marked address, by number.
#[derive(Debug, Clone, Default)]
pub struct UndeliverableMembers {
    /// Those whose phone number gets no text messages.
    pub sms: HashSet<i64>,
    /// Those whose email address gets no mails.
    pub email: HashSet<i64>,
}

/// Returns whether nothing is sent to an address.
pub(crate) fn is_undeliverable(
    tx: &mut dyn Tx,
    ws: i64,
    medium: Medium,
    address: &Redacted<String>,
) -> Result<bool> {
    match address_key(medium, address) {
        Some(key) => repo::is_marked(tx, ws, (medium, &key)),
        None => Ok(false),
    }
}

/// Returns which of these members, who were shown to the caller, have a marked address.
pub async fn find_of_members(
    engine: &Engine,
    ctx: &Ctx,
    members: Vec<i64>,
) -> Result<UndeliverableMembers> {
    if members.is_empty() {
        return Ok(UndeliverableMembers::default());
    }
    let ws = ctx.ws();
    engine
        .store
        .read(move |tx| {
            let mut find = |medium| repo::list_of_members(tx, ws, &members, medium);
            Ok(UndeliverableMembers {
                sms: find(Medium::Sms)?.into_iter().collect(),
                email: find(Medium::Email)?.into_iter().collect(),
            })
        })
        .await
}
