//! What was said in a channel since a socket last told of it.

use parlor_engine::conversation;
use parlor_engine::log::{self, LogItemSummary};
use parlor_kit::AppState;
use parlor_model::conversation::{Conversation, ConversationKey};
use parlor_model::log::{LogEntryKind, LogItem};
use parlor_model::{Ctx, Result, Timestamp};
use serde_json::Value;

use super::merge::{MergeItem, NewMessages};
use crate::message::history::to_display_item;
use crate::message::info::MessageInfo;
use crate::message::render_context::RenderContext;

/// Entries looked through for the first that is new.
const INITIAL_LOOKBACK_ENTRIES: i64 = 100;
/// And at the most.
const MAX_LOOKBACK_ENTRIES: i64 = 6_400;

/// What of a channel's log is to be told.
pub(super) struct NewMessagesQuery {
    /// The channel.
    pub(super) number: i64,
    /// Everything up to here was told; nothing where the channel is new to the socket.
    pub(super) sent_seq: Option<i64>,
    /// Nothing behind it is to be told yet.
    pub(super) to_seq: i64,
    /// Entries at the most.
    pub(super) limit: i64,
}

/// What follows a position, or the first entry since a time where the channel is new to the socket.
pub(super) async fn read_new_messages(
    app: &AppState,
    ctx: &Ctx,
    wanted: NewMessagesQuery,
    since: Timestamp,
) -> Result<NewMessages<MessageInfo>> {
    let key = ConversationKey::Number(wanted.number);
    let channel = conversation::find(&app.engine, ctx, key).await?;
    let after = match wanted.sent_seq {
        Some(told) => told,
        None => start_seq(app, ctx, &channel, since).await?,
    };
    let items = log::read_items(&app.engine, ctx, key, after, wanted.limit).await?;
    let items = items
        .into_iter()
        .take_while(|item| item.seq() <= wanted.to_seq);
    let items: Vec<LogItem> = items.collect();
    let until = items.last().map_or(after, LogItem::seq);
    let has_more = until < channel.last_seq.min(wanted.to_seq) && !items.is_empty();
    let (mut heads, mut shown) = (Vec::new(), Vec::new());
    for item in items {
        let head = (item_time(&item), item_number(&item), item.seq());
        if let Some(one) = to_display_item(item, channel.kind) {
            heads.push(head);
            shown.push(one);
        }
    }
    let scene = RenderContext::load(app, ctx, &channel, &shown.iter().collect::<Vec<_>>()).await?;
    let said = heads.into_iter().zip(&shown);
    let said = said.map(|((at, number, seq), one)| MergeItem {
        at,
        number,
        seq,
        value: scene.render(one),
    });
    Ok(NewMessages {
        items: said.collect(),
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

/// The position before what is to be told of a channel that is new to the socket: what happened since a time, and to a
/// member that came later, since then.
async fn start_seq(
    app: &AppState,
    ctx: &Ctx,
    channel: &Conversation,
    since: Timestamp,
) -> Result<i64> {
    let key = ConversationKey::Number(channel.number);
    let (head, mut back) = (channel.last_seq, INITIAL_LOOKBACK_ENTRIES);
    loop {
        let after = (head - back).max(0);
        let items = log::read_summaries(&app.engine, ctx, key, after, back).await?;
        let first = items.iter().position(|item| item.at >= since);
        // All that is here is new, and there may be more.
        if first == Some(0) && after > 0 && back < MAX_LOOKBACK_ENTRIES {
            back *= 4;
            continue;
        }
        let Some(first) = first else { return Ok(head) };
        let came = items.iter().rposition(|item| is_own_join(item, ctx));
        let from = came.map_or(first, |came| came.max(first));
        return Ok(items.get(from).map_or(head, |item| item.seq - 1));
    }
}

/// Whether the acting member came with this entry.
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
