//! Reads the messages of a channel that a socket has not sent yet.

use parlor_engine::conversation;
use parlor_engine::log;
use parlor_kit::AppState;
use parlor_model::conversation::{Conversation, ConversationKey};
use parlor_model::log::{LogEntryKind, LogItem, LogItemSummary};
use parlor_model::{Ctx, Result, Timestamp};
use serde_json::Value;

use super::merge::{MergeItem, NewMessages};
use crate::message::history::to_display_item;
use crate::message::info::MessageInfo;
use crate::message::render_context::RenderContext;

/// Log entries searched first for the first new one.
const INITIAL_LOOKBACK_ENTRIES: i64 = 100;
/// Maximum number of log entries searched.
const MAX_LOOKBACK_ENTRIES: i64 = 6_400;

/// The part of a channel's log to read.
pub(super) struct NewMessagesQuery {
    /// The channel's number.
    pub(super) number: i64,
    /// The seq up to which the socket has sent the log; `None` if the channel is new to it.
    pub(super) sent_seq: Option<i64>,
    /// Last seq to read.
    pub(super) to_seq: i64,
    /// Maximum number of log entries.
    pub(super) limit: i64,
}

/// Reads the entries after `sent_seq`, or those since `since` if the channel is new to the socket.
///
/// # Errors
/// `NotFound` or `Forbidden` once the channel is deleted or the member may not read it.
pub(super) async fn read_new_messages(
    app: &AppState,
    ctx: &Ctx,
    query: NewMessagesQuery,
    since: Timestamp,
) -> Result<NewMessages<MessageInfo>> {
    let key = ConversationKey::Number(query.number);
    let channel = conversation::find(&app.engine, ctx, key).await?;
    let after = match query.sent_seq {
        Some(sent) => sent,
        None => start_seq(app, ctx, &channel, since).await?,
    };
    let items = log::read_items(&app.engine, ctx, key, after, query.limit).await?;
    let items = items
        .into_iter()
        .take_while(|item| item.seq() <= query.to_seq);
    let items: Vec<LogItem> = items.collect();
    let until = items.last().map_or(after, LogItem::seq);
    let has_more = until < channel.last_seq.min(query.to_seq) && !items.is_empty();
    let (mut keys, mut displayed) = (Vec::new(), Vec::new());
    for item in items {
        let key = (item_time(&item), item_number(&item), item.seq());
        if let Some(item) = to_display_item(item, channel.kind) {
            keys.push(key);
            displayed.push(item);
        }
    }
    let context =
        RenderContext::load(app, ctx, &channel, &displayed.iter().collect::<Vec<_>>()).await?;
    let items = keys.into_iter().zip(&displayed);
    let items = items.map(|((at, number, seq), item)| MergeItem {
        at,
        number,
        seq,
        value: context.render(item),
    });
    Ok(NewMessages {
        items: items.collect(),
        until_seq: until,
        has_more,
    })
}

fn item_time(item: &LogItem) -> Timestamp {
    match item {
        LogItem::Message(message) => message.created_at,
        LogItem::Tombstone { at, .. } => *at,
        LogItem::Entry(entry) => entry.at,
    }
}

fn item_number(item: &LogItem) -> i64 {
    match item {
        LogItem::Message(message) => message.number,
        LogItem::Tombstone { .. } | LogItem::Entry(_) => 0,
    }
}

/// Returns the seq after which a channel that is new to the socket is read: the first entry since `since` follows it, or
/// the member's own join, if that is later.
async fn start_seq(
    app: &AppState,
    ctx: &Ctx,
    channel: &Conversation,
    since: Timestamp,
) -> Result<i64> {
    let key = ConversationKey::Number(channel.number);
    let (head, mut lookback) = (channel.last_seq, INITIAL_LOOKBACK_ENTRIES);
    loop {
        let after = (head - lookback).max(0);
        let items = log::read_summaries(&app.engine, ctx, key, after, lookback).await?;
        let first = items.iter().position(|item| item.at >= since);
        // All entries found are new, so there may be earlier ones.
        if first == Some(0) && after > 0 && lookback < MAX_LOOKBACK_ENTRIES {
            lookback *= 4;
            continue;
        }
        let Some(first) = first else { return Ok(head) };
        let join = items.iter().rposition(|item| is_own_join(item, ctx));
        let start = join.map_or(first, |join| join.max(first));
        return Ok(items.get(start).map_or(head, |item| item.seq - 1));
    }
}

/// Whether the acting member joined with this entry.
fn is_own_join(item: &LogItemSummary, ctx: &Ctx) -> bool {
    let Some(entry) = &item.entry else {
        return false;
    };
    let payload = || serde_json::from_str::<Value>(&entry.payload).unwrap_or_default();
    entry.kind == LogEntryKind::Joined
        && payload()["members"].as_array().is_some_and(|members| {
            let numbers = members.iter().filter_map(Value::as_i64);
            numbers.into_iter().any(|number| ctx.is_actor(number))
        })
}
