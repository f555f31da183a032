//! The messages that belong to a tool call.

use parlor_model::conversation::ConversationKey;
use parlor_model::message::Message;
use parlor_model::{Ctx, Result};
use parlor_store::repo::message as repo;
use serde_json::Value;

use crate::Engine;
use crate::authority;

/// Rows looked at in one read at the most.
const READ_BATCH_ROWS: i64 = 200;
/// Bytes read at once at the most, but for one message more.
const READ_BATCH_BYTES: i64 = 1 << 20;

/// Some of the messages that belong to a call.
#[derive(Debug, Clone)]
pub struct ToolCallMessages {
    /// Oldest first.
    pub messages: Vec<Message>,
    /// The position behind which there may be more.
    pub next: Option<i64>,
}

/// The message that makes a call and those that answer it, oldest first, behind a position. One call reads a bounded
/// number of rows and bytes: it may find nothing although there is more. Whoever may read the conversation may.
pub async fn find_by_tool_call(
    engine: &Engine,
    ctx: &Ctx,
    key: ConversationKey,
    call: String,
    after: i64,
) -> Result<ToolCallMessages> {
    let ctx = *ctx;
    engine
        .store
        .read_throttled(ctx.ws(), move |tx| {
            let number = authority::find_readable_number(tx, &ctx, key)?;
            let stretch = (after, READ_BATCH_ROWS, READ_BATCH_BYTES);
            let found = repo::scan_details(tx, ctx.ws(), number, &call, stretch)?;
            let is_cut = found.is_full()
                || i64::try_from(found.items.len()).is_ok_and(|rows| rows >= READ_BATCH_ROWS);
            let last = found.items.last().map(|message| message.seq);
            let mut messages = found.items;
            messages.retain(|message| belongs_to_call(message, &call));
            Ok(ToolCallMessages {
                messages,
                next: last.filter(|_| is_cut),
            })
        })
        .await
}

fn belongs_to_call(message: &Message, call: &str) -> bool {
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
