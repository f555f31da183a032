//! Messages and the other changes of a conversation as one story, read backwards from a time.

use parlor_model::conversation::ConversationKey;
use parlor_model::log::Item;
use parlor_model::{Ctx, Result, Timestamp};
use parlor_store::Tx;
use parlor_store::repo::{log, message};

use crate::Engine;
use crate::authority;

/// The newest positions of a conversation's log that were taken before a time, newest first: messages of every role
/// and all other changes, without what deleted messages left. At most `limit`. However far back the time lies, only
/// the page is read.
pub async fn history(
    engine: &Engine,
    ctx: &Ctx,
    key: ConversationKey,
    before: Timestamp,
    limit: i64,
) -> Result<Vec<Item>> {
    let ctx = *ctx;
    engine
        .store
        .read(move |tx| {
            let ws = ctx.ws();
            let found = authority::head(tx, &ctx, key)?;
            let up_to = last_before(tx, ws, found.number, found.last_seq, before)?;
            let messages = message::back(tx, ws, found.number, up_to, before, limit)?;
            let mut items: Vec<Item> = messages
                .into_iter()
                .map(|message| Item::Message(Box::new(message)))
                .collect();
            items.extend(
                log::back(tx, ws, found.number, up_to, before, limit)?
                    .into_iter()
                    .map(Item::Entry),
            );
            items.sort_unstable_by_key(|item| std::cmp::Reverse(item.seq()));
            items.truncate(usize::try_from(limit).unwrap_or(0));
            Ok(items)
        })
        .await
}

/// The last position taken before a time, or one shortly after it: times rise with positions, so that halving finds
/// it in a few look-ups. Nodes whose clocks differ may disagree by as much; the statements that follow compare each
/// row's own time, and a little is added for them to look at.
fn last_before(
    tx: &mut dyn Tx,
    ws: i64,
    conversation: i64,
    head: i64,
    before: Timestamp,
) -> Result<i64> {
    const SLACK: i64 = 64;
    let (mut low, mut high) = (0, head);
    while low < high {
        let middle = high - (high - low) / 2;
        let spoken = message::time_up_to(tx, ws, conversation, middle)?;
        let changed = log::time_up_to(tx, ws, conversation, middle)?;
        if spoken.max(changed).is_some_and(|at| at >= before) {
            high = middle - 1;
        } else {
            low = middle;
        }
    }
    Ok((low + SLACK).min(head))
}
