//! Comparing what a caller names with what a chat has.

use parlor_model::inbox::InboxKey;
use parlor_model::phone_number::PhoneNumberKey;
use parlor_model::workflow::WorkflowKey;
use parlor_model::{Ctx, Result};
use parlor_store::repo::{inbox, phone_number, workflow};

use crate::Engine;

/// Something a chat refers to by number, as a caller names it.
#[derive(Debug, Clone, Copy)]
pub enum ChatReference {
    /// The workflow that runs it.
    Workflow(WorkflowKey),
    /// The phone number it runs over.
    PhoneNumber(PhoneNumberKey),
    /// The inbox it runs over.
    Inbox(InboxKey),
}

/// Whether the name is that of the number. Tells nothing else, so it asks for no scope.
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
