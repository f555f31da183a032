//! Labels of conversations.

use std::collections::HashMap;

use parlor_model::label::Label;
use parlor_model::{Ctx, Result};
use parlor_store::repo::label as repo;

use super::ConversationDetails;
use crate::Engine;

/// Returns the labels of conversations that were shown to the caller, by conversation number. Conversations without
/// labels are omitted.
pub async fn list_labels(
    engine: &Engine,
    ctx: &Ctx,
    conversations: &[ConversationDetails],
) -> Result<HashMap<i64, Vec<Label>>> {
    let ws = ctx.ws();
    let numbers: Vec<i64> = conversations
        .iter()
        .map(|details| details.conversation.number)
        .collect();
    engine
        .store
        .read(move |tx| {
            let mut found = HashMap::new();
            for number in numbers {
                let labels = repo::list_for_conversation(tx, ws, number)?;
                if !labels.is_empty() {
                    found.insert(number, labels);
                }
            }
            Ok(found)
        })
        .await
}
