//! Finding messages of a conversation: one, several, by tool call, or by number alone.

use parlor_model::conversation::ConversationKey;
use parlor_model::error::EntityKind;
use parlor_model::message::{Message, MessageKey};
use parlor_model::{Ctx, Error, Result};
use parlor_store::repo::message as repo;
use serde_json::Value;

pub use parlor_store::repo::message::MessageLocation;

use crate::Engine;
use crate::authority;

/// Maximum number of rows per read.
const READ_BATCH_ROWS: i64 = 200;
/// Maximum bytes per read, exceeded by at most one message.
const READ_BATCH_BYTES: i64 = 1 << 20;

/// Returns a message of a conversation that the caller may read.
pub async fn find(
    engine: &Engine,
    ctx: &Ctx,
    key: ConversationKey,
    message: MessageKey,
) -> Result<Message> {
    let ctx = *ctx;
    engine
        .store
        .read(move |tx| {
            let number = authority::find_readable_number(tx, &ctx, key)?;
            repo::find(tx, ctx.ws(), number, message)?
                .ok_or_else(|| Error::not_found(EntityKind::Message))
        })
        .await
}

/// Returns messages by number. Numbers of other conversations and of deleted messages are skipped.
pub async fn find_many(
    engine: &Engine,
    ctx: &Ctx,
    key: ConversationKey,
    numbers: Vec<i64>,
) -> Result<Vec<Message>> {
    let ctx = *ctx;
    engine
        .store
        .read(move |tx| {
            let conversation = authority::find_readable_number(tx, &ctx, key)?;
            let mut found = Vec::with_capacity(numbers.len());
            for number in &numbers {
                let key = MessageKey::Number(*number);
                found.extend(repo::find(tx, ctx.ws(), conversation, key)?);
            }
            Ok(found)
        })
        .await
}

/// Returns the conversation and the author of a message of the workspace, also of a deleted one. The access is checked
/// by the operation that uses the result.
pub async fn locate(engine: &Engine, ctx: &Ctx, number: i64) -> Result<Option<MessageLocation>> {
    let ws = ctx.ws();
    engine
        .store
        .read(move |tx| repo::locate(tx, ws, number))
        .await
}

/// Some of the messages that belong to a tool call.
#[derive(Debug, Clone)]
pub struct ToolCallMessages {
    /// Oldest first.
    pub messages: Vec<Message>,
    /// The seq after which there may be more, if any.
    pub next: Option<i64>,
}

/// Returns the message with a tool call and those with its results, oldest first, after a seq, from a conversation that
/// the caller may read. One call reads a bounded number of rows and bytes, so the result may be empty although there is
/// more.
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
            let window = (after, READ_BATCH_ROWS, READ_BATCH_BYTES);
            let found = repo::scan_details(tx, ctx.ws(), number, &call, window)?;
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
