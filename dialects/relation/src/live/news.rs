//! What was said in a channel since a socket last told of it.

use parlor_engine::conversation::{self, LogHead, log, log_heads};
use parlor_kit::App;
use parlor_model::conversation::{Conversation, ConversationKey};
use parlor_model::log::{EntryKind, Item};
use parlor_model::{Ctx, Result, Timestamp};
use serde_json::Value;

use super::merge::{News, Said};
use crate::message::info::MessageInfo;
use crate::message::scene::Scene;
use crate::message::story::show;

/// Entries looked through for the first that is new.
const BACK: i64 = 100;
/// And at the most.
const FAR_BACK: i64 = 6_400;

/// What of a channel's log is to be told.
pub(super) struct Wanted {
    /// The channel.
    pub(super) number: i64,
    /// Everything up to here was told; nothing where the channel is new to the socket.
    pub(super) told: Option<i64>,
    /// Nothing behind it is to be told yet.
    pub(super) to: i64,
    /// Entries at the most.
    pub(super) most: i64,
}

/// What follows a position, or the first entry since a time where the channel is new to the socket.
pub(super) async fn news(
    app: &App,
    ctx: &Ctx,
    wanted: Wanted,
    since: Timestamp,
) -> Result<News<MessageInfo>> {
    let key = ConversationKey::Number(wanted.number);
    let channel = conversation::find(&app.engine, ctx, key).await?;
    let after = match wanted.told {
        Some(told) => told,
        None => begin(app, ctx, &channel, since).await?,
    };
    let items = log(&app.engine, ctx, key, after, wanted.most).await?;
    let items = items.into_iter().take_while(|item| item.seq() <= wanted.to);
    let items: Vec<Item> = items.collect();
    let until = items.last().map_or(after, Item::seq);
    let has_more = until < channel.last_seq.min(wanted.to) && !items.is_empty();
    let (mut heads, mut shown) = (Vec::new(), Vec::new());
    for item in items {
        let head = (at(&item), number(&item), item.seq());
        if let Some(one) = show(item, channel.kind) {
            heads.push(head);
            shown.push(one);
        }
    }
    let scene = Scene::read(app, ctx, &channel, &shown.iter().collect::<Vec<_>>()).await?;
    let said = heads.into_iter().zip(&shown);
    let said = said.map(|((at, number, seq), one)| Said {
        at,
        number,
        seq,
        what: scene.shown(one),
    });
    Ok(News {
        said: said.collect(),
        until,
        has_more,
    })
}

fn at(item: &Item) -> Timestamp {
    match item {
        Item::Message(message) => message.created_at,
        Item::Empty { at, .. } => *at,
        Item::Entry(entry) => entry.at,
    }
}

fn number(item: &Item) -> i64 {
    match item {
        Item::Message(message) => message.number,
        Item::Empty { .. } | Item::Entry(_) => 0,
    }
}

/// The position before what is to be told of a channel that is new to the socket: what happened since a time, and to a
/// member that came later, since then.
async fn begin(app: &App, ctx: &Ctx, channel: &Conversation, since: Timestamp) -> Result<i64> {
    let key = ConversationKey::Number(channel.number);
    let (head, mut back) = (channel.last_seq, BACK);
    loop {
        let after = (head - back).max(0);
        let items = log_heads(&app.engine, ctx, key, after, back).await?;
        let first = items.iter().position(|item| item.at >= since);
        // All that is here is new, and there may be more.
        if first == Some(0) && after > 0 && back < FAR_BACK {
            back *= 4;
            continue;
        }
        let Some(first) = first else { return Ok(head) };
        let came = items.iter().rposition(|item| came(item, ctx));
        let from = came.map_or(first, |came| came.max(first));
        return Ok(items.get(from).map_or(head, |item| item.seq - 1));
    }
}

/// Whether the acting member came with this entry.
fn came(item: &LogHead, ctx: &Ctx) -> bool {
    let Some(entry) = &item.entry else {
        return false;
    };
    let payload = || serde_json::from_str::<Value>(&entry.payload).unwrap_or_default();
    entry.kind == EntryKind::Joined
        && payload()["members"].as_array().is_some_and(|members| {
            let numbers = members.iter().filter_map(Value::as_i64);
            numbers.into_iter().any(|number| ctx.is_actor(number))
        })
}
