//! Messages and the other changes of a conversation as one story, read backwards from a time.

mod start;
mod timeline;

use std::collections::HashMap;

use parlor_model::conversation::ConversationKey;
use parlor_model::log::{Entry, Item};
use parlor_model::message::Message;
use parlor_model::{Ctx, Result};
use parlor_store::Tx;
use parlor_store::repo::history as repo;

use self::timeline::{Moment, Timeline};
use crate::Engine;
use crate::authority;

/// What to read of a conversation's story.
#[derive(Debug, Clone, Copy)]
pub struct HistoryQuery {
    /// Which conversation.
    pub conversation: ConversationKey,
    /// Only what is shown at this time or before, in milliseconds since 1970.
    pub until: i64,
    /// Items at the most.
    pub limit: usize,
    /// Which of the entries that are no messages are wanted.
    pub entries: fn(&Entry) -> bool,
}

/// Something of a story, and the time it is shown with.
#[derive(Debug, Clone)]
pub struct HistoryItem {
    /// What it is; never what a deleted message left.
    pub item: Item,
    /// Milliseconds since 1970. Every item of a conversation has a time of its own: where several are of one
    /// millisecond, the newest keeps it, and those before it are moved back by one each. Never later than the true time.
    pub shown_at: i64,
}

/// What people and assistants said in a conversation that the caller may see, and the entries asked for, newest first
/// in the order of their times. A walk that goes on with the time of the last item, or with one millisecond less, misses
/// nothing, however many items are of one millisecond, and wherever an import put them in the log. However far back the
/// time lies, only the page and what is beside it is read.
pub async fn history(engine: &Engine, ctx: &Ctx, query: HistoryQuery) -> Result<Vec<HistoryItem>> {
    let ctx = *ctx;
    engine
        .store
        .read(move |tx| {
            let ws = ctx.ws();
            let head = authority::head(tx, &ctx, query.conversation)?;
            let page = moments(tx, ws, head.number, head.last_seq, &query)?;
            let mut messages = messages(tx, ws, head.number, &page)?;
            let items = page.into_iter().filter_map(|(shown_at, moment)| {
                let item = match moment {
                    Moment::Entry(entry) => Item::Entry(entry),
                    // One that was deleted meanwhile is missing.
                    Moment::Message(mark) => {
                        Item::Message(Box::new(messages.remove(&mark.number)?))
                    }
                };
                Some(HistoryItem { item, shown_at })
            });
            Ok(items.collect())
        })
        .await
}

/// Something of a story before its text is read.
#[derive(Debug, Clone)]
pub enum HistoryHead {
    /// A message, by its number.
    Message(i64),
    /// Another change.
    Entry(Entry),
}

/// The same as [`history`] without the messages' texts, each with the time it is shown with.
pub async fn history_heads(
    engine: &Engine,
    ctx: &Ctx,
    query: HistoryQuery,
) -> Result<Vec<(i64, HistoryHead)>> {
    let ctx = *ctx;
    engine
        .store
        .read(move |tx| {
            let head = authority::head(tx, &ctx, query.conversation)?;
            let page = moments(tx, ctx.ws(), head.number, head.last_seq, &query)?;
            let heads = page.into_iter().map(|(shown_at, moment)| {
                let head = match moment {
                    Moment::Entry(entry) => HistoryHead::Entry(entry),
                    Moment::Message(mark) => HistoryHead::Message(mark.number),
                };
                (shown_at, head)
            });
            Ok(heads.collect())
        })
        .await
}

/// The moments of a page with the times they are shown with, newest first.
fn moments(
    tx: &mut dyn Tx,
    ws: i64,
    conversation: i64,
    head: i64,
    query: &HistoryQuery,
) -> Result<Vec<(i64, Moment)>> {
    let start = start::find(tx, ws, conversation, head, query.until)?;
    let mut timeline = Timeline::new(ws, conversation, start, query.limit);
    let mut page = Vec::new();
    let mut shown_at = i64::MAX;
    while page.len() < query.limit {
        let Some(moment) = timeline.next(tx)? else {
            break;
        };
        shown_at = (shown_at - 1).min(moment.at().millis());
        let is_wanted = match &moment {
            Moment::Message(mark) => mark.is_said,
            Moment::Entry(entry) => (query.entries)(entry),
        };
        if is_wanted && shown_at <= query.until {
            page.push((shown_at, moment));
        }
    }
    Ok(page)
}

/// The messages of a page, by number.
fn messages(
    tx: &mut dyn Tx,
    ws: i64,
    conversation: i64,
    page: &[(i64, Moment)],
) -> Result<HashMap<i64, Message>> {
    let numbers: Vec<i64> = page
        .iter()
        .filter_map(|(_, moment)| match moment {
            Moment::Message(mark) => Some(mark.number),
            Moment::Entry(_) => None,
        })
        .collect();
    if numbers.is_empty() {
        return Ok(HashMap::new());
    }
    let found = repo::some(tx, ws, conversation, &numbers)?;
    Ok(found
        .into_iter()
        .map(|message| (message.number, message))
        .collect())
}
