//! What must hold of a conversation once nothing happens in it any more.

use parlor_engine::{conversation, log};
use parlor_model::conversation::{Conversation, ConversationKey};
use parlor_model::log::LogItem;
use parlor_model::message::{Message, MessageRole};
use parlor_testkit::TestServer;
use serde_json::Value;

use super::steps::OPERATOR;

/// Entries of a log that are read; a sequence writes fewer.
const MAX_ENTRIES: i64 = 1_000;

/// Returns what is wrong with a conversation.
pub(super) async fn find_fault(server: &TestServer, chat: ConversationKey) -> Option<String> {
    let (engine, ctx) = (&server.engine, server.a.ctx());
    let found = conversation::find(engine, &ctx, chat).await.unwrap();
    let items = log::read_items(engine, &ctx, chat, 0, MAX_ENTRIES)
        .await
        .unwrap();
    let shown: Vec<String> = items.iter().map(describe).collect();
    let fault = find_misplaced_answer(&items)
        .or_else(|| find_broken_round(&items))
        .or_else(|| find_waiting(server, &found, &items))?;
    Some(format!("{fault}\n{}", shown.join("\n")))
}

fn describe(item: &LogItem) -> String {
    match item {
        LogItem::Message(said) => format!("{} {:?} {:?}", said.seq, said.role, said.text.as_str()),
        LogItem::Tombstone { .. } => format!("{} deleted", item.seq()),
        LogItem::Entry(entry) => format!("{} {:?} {}", entry.seq, entry.kind, entry.payload),
    }
}

fn is_answer(message: &Message) -> bool {
    is_of_assistant(message) && message.details.tool_calls.is_none()
}

/// Returns whether an assistant wrote a message: its words before and after tools, its calls and their results.
fn is_of_assistant(message: &Message) -> bool {
    match message.role {
        MessageRole::Assistant => message.text.as_str() != OPERATOR,
        role => role == MessageRole::Tool,
    }
}

/// Finds an answer or a round of tools that was stored while the assistant was not to speak, or one answer more than there
/// were requests.
fn find_misplaced_answer(items: &[LogItem]) -> Option<String> {
    let (mut paused, mut enabled) = (false, true);
    let (mut requests, mut answers) = (0_u32, 0_u32);
    for item in items {
        match item {
            LogItem::Entry(entry) => {
                let payload: Value = serde_json::from_str(&entry.payload).unwrap();
                paused = payload["paused"].as_bool().unwrap_or(paused);
                enabled = payload["assistant_enabled"].as_bool().unwrap_or(enabled);
            }
            LogItem::Message(message) if is_of_assistant(message) => {
                answers += u32::from(is_answer(message));
                if paused || !enabled {
                    return Some(format!("{} was said by a stale holder", message.seq));
                }
                if answers > requests {
                    return Some(format!("{} is one answer too many", message.seq));
                }
            }
            LogItem::Message(message) if message.role == MessageRole::User => requests += 1,
            // It may have been a request.
            LogItem::Tombstone { .. } => requests += 1,
            LogItem::Message(_) => {}
        }
    }
    None
}

/// Finds a call without its result right after it, or a result without its call.
fn find_broken_round(items: &[LogItem]) -> Option<String> {
    let mut is_expected = false;
    for item in items {
        let details = match item {
            LogItem::Message(message) => Some(&message.details),
            _ => None,
        };
        let is_result = details.is_some_and(|details| details.tool_call.is_some());
        if is_result != is_expected {
            return Some(format!("{} is not between call and result", item.seq()));
        }
        // Each of these rounds has one call.
        is_expected = details.is_some_and(|details| details.tool_calls.is_some());
    }
    is_expected.then(|| "the last call has no result".to_owned())
}

/// Finds out whether the newest message of a person waits for nobody.
fn find_waiting(server: &TestServer, found: &Conversation, items: &[LogItem]) -> Option<String> {
    let messages = || {
        items.iter().filter_map(|item| match item {
            LogItem::Message(message) => Some(message),
            _ => None,
        })
    };
    let is_question = |message: &&Message| message.role == MessageRole::User;
    let newest = messages().map(|message| &**message).rfind(is_question)?.seq;
    let is_operators = |message: &Message| message.text.as_str() == OPERATOR;
    let is_over = found.service.needs_response
        || messages().any(|message| is_operators(message) && message.seq > newest);
    // An answer, or somebody's wish that there be none, also before it began.
    let ended = format!(
        "select count(*) from turn where conversation = {} and (state = 'done' and answered_seq >= {newest}
            or state = 'cancelled' and cancel_requested and (answered_seq >= {newest} or answered_seq = 0))",
        found.number
    );
    match is_over || server.count(&ended) > 0 {
        true => None,
        false => Some(format!("{newest} waits for nobody")),
    }
}
