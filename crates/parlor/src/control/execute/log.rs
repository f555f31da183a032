//! `parlor tail` and `parlor send`.

use parlor_engine::{Engine, log, message};
use parlor_kit::{ids, time};
use parlor_model::Ctx;
use parlor_model::log::LogItem;
use parlor_model::member::MemberKind;
use parlor_model::message::{CreateMessage, MessageRole};
use serde_json::{Value, json};

use super::conversation_key::find_conversation;
use super::find_member;
use crate::cli_error::CliError;
use crate::control::log_args::{ReadLogArgs, SendMessageArgs};

/// Entries of one answer.
const PAGE_ITEMS: i64 = 100;
/// Entries that are shown of a log when no position is named.
const LAST_ITEMS: i64 = 20;

/// Reads the next entries of a log.
pub(super) async fn read(
    engine: &Engine,
    ctx: &Ctx,
    args: &ReadLogArgs,
) -> Result<Value, CliError> {
    let key = find_conversation(engine, ctx, args.conversation.as_str()).await?;
    let after = match args.after {
        Some(after) => after.max(0),
        None => {
            let head = log::read_page(engine, ctx, key, 0, 1).await?;
            (head.last_seq - LAST_ITEMS).max(0)
        }
    };
    let page = log::read_page(engine, ctx, key, after, PAGE_ITEMS).await?;
    Ok(json!({
        "conversation": ids::format_uuid(page.conversation),
        "lastSeq": page.last_seq,
        "items": page.items.iter().map(render).collect::<Vec<_>>(),
    }))
}

fn render(item: &LogItem) -> Value {
    match item {
        LogItem::Message(message) => json!({
            "seq": message.seq,
            "at": time::format_iso(message.created_at),
            "kind": "message",
            "role": message.role.as_str(),
            "author": message.author.as_ref().map(|author| author.number),
            "authorName": message.author.as_ref().and_then(|author| author.name.clone()),
            "text": message.text.as_str(),
        }),
        LogItem::Tombstone { seq, at } => json!({
            "seq": seq,
            "at": time::format_iso(*at),
            "kind": "deleted_message",
        }),
        LogItem::Entry(entry) => {
            let payload: Value = serde_json::from_str(&entry.payload).unwrap_or_default();
            json!({
                "seq": entry.seq,
                "at": time::format_iso(entry.at),
                "kind": entry.kind.as_str(),
                "author": entry.actor,
                "payload": payload,
            })
        }
    }
}

/// Creates a message. An assistant of the conversation answers it, as it would any other.
pub(super) async fn send(
    engine: &Engine,
    ctx: &Ctx,
    args: SendMessageArgs,
) -> Result<Value, CliError> {
    let key = find_conversation(engine, ctx, args.conversation.as_str()).await?;
    let author = match &args.author {
        Some(id) => Some(find_member(engine, ctx, id).await?.key),
        None => None,
    };
    let role = match author.as_ref().map(|author| author.kind) {
        Some(MemberKind::Assistant) => MessageRole::Assistant,
        _ => MessageRole::User,
    };
    let number = author.map(|author| author.number);
    let command = CreateMessage::new(key, number, role, args.text.0);
    let created = message::create(engine, ctx, command).await?;
    Ok(json!({
        "id": ids::format_uuid(created.id),
        "number": created.number,
        "seq": created.seq,
        "createdAt": time::format_iso(created.at),
    }))
}
