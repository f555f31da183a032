//! The messages that belong to a tool call.

use parlor_model::conversation::ConversationKey;
use parlor_model::error::Noun;
use parlor_model::message::Message;
use parlor_model::{Ctx, Error, Result};
use parlor_store::repo::message as repo;
use serde_json::Value;

use crate::Engine;
use crate::authority;

/// The message that makes a call and those that answer it, oldest first; none is not found. Whoever may read the
/// conversation may.
pub async fn of_call(
    engine: &Engine,
    ctx: &Ctx,
    key: ConversationKey,
    call: String,
) -> Result<Vec<Message>> {
    let ctx = *ctx;
    engine
        .store
        .scan(move |tx| {
            let number = authority::number(tx, &ctx, key)?;
            let mut found = repo::with_details(tx, ctx.ws(), number, &call)?;
            found.retain(|message| belongs(message, &call));
            if found.is_empty() {
                return Err(Error::not_found(Noun::Message));
            }
            Ok(found)
        })
        .await
}

fn belongs(message: &Message, call: &str) -> bool {
    let answers = message.details.tool_call.as_deref() == Some(call);
    let calls = message
        .details
        .tool_calls
        .as_ref()
        .and_then(Value::as_array);
    let makes = calls.is_some_and(|calls| {
        calls
            .iter()
            .any(|one| one.get("id").and_then(Value::as_str) == Some(call))
    });
    answers || makes
}
