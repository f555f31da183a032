//! Finds the calls that chats have placed.

use std::collections::HashMap;

use parlor_model::conversation::Medium;
use parlor_model::voice_call::VoiceCall;
use parlor_model::{Ctx, Result};
use parlor_store::repo::voice_call as repo;

use crate::Engine;
use crate::conversation::ConversationDetails;

/// Returns the calls that chats have placed which were shown to the caller, by conversation number. Chats without a call are
/// omitted.
pub async fn find_placed(
    engine: &Engine,
    ctx: &Ctx,
    chats: &[ConversationDetails],
) -> Result<HashMap<i64, VoiceCall>> {
    let ws = ctx.ws();
    let shown = chats.iter().map(|details| &details.conversation);
    let numbers: Vec<i64> = shown
        .filter(|chat| chat.service.medium == Medium::Voice)
        .map(|chat| chat.number)
        .collect();
    if numbers.is_empty() {
        return Ok(HashMap::new());
    }
    engine
        .store
        .read(move |tx| {
            let mut found = HashMap::new();
            for number in numbers {
                if let Some(call) = repo::find_placed(tx, ws, number)? {
                    found.insert(number, call);
                }
            }
            Ok(found)
        })
        .await
}
