//! Compares a named entity with the one of a chat.

use parlor_model::inbox::InboxKey;
use parlor_model::phone_number::PhoneNumberKey;
use parlor_model::workflow::WorkflowKey;
use parlor_model::{Ctx, Result};
use parlor_store::repo::{inbox, phone_number, workflow};

use crate::Engine;

/// An entity that a chat refers to by number, as the caller names it.
#[derive(Debug, Clone, Copy)]
pub enum ChatReference {
    /// The workflow that runs the chat.
    Workflow(WorkflowKey),
    /// Its phone number.
    PhoneNumber(PhoneNumberKey),
    /// Its inbox.
    Inbox(InboxKey),
}

/// Returns whether the name resolves to the number. Requires no scope, since nothing else is revealed.
pub async fn refers_to(
    engine: &Engine,
    ctx: &Ctx,
    reference: ChatReference,
    number: Option<i64>,
) -> Result<bool> {
    let ws = ctx.ws();
    let found = engine
        .store
        .read(move |tx| {
            Ok(match reference {
                ChatReference::Workflow(key) => {
                    workflow::find(tx, ws, key)?.map(|found| found.number)
                }
                ChatReference::PhoneNumber(key) => {
                    phone_number::find(tx, ws, key)?.map(|found| found.number)
                }
                ChatReference::Inbox(key) => inbox::find(tx, ws, key)?.map(|found| found.number),
            })
        })
        .await?;
    Ok(found.is_some() && found == number)
}
