//! Walking over a conversation's messages, for lists and streams alike.

use std::ops::ControlFlow;

use parlor_model::conversation::ConversationKey;
use parlor_model::id::MessageId;
use parlor_model::page::{MetadataFilter, Order};
use parlor_model::walk::MessageRow;
use parlor_model::{Ctx, Metadata, Result};
use parlor_store::repo::walk::{self as repo, Ended, Positions};

use crate::Engine;
use crate::authority;

/// Rows looked at in one read at the most: it runs on a serving thread.
const STRETCH: usize = 200;
/// Bytes looked at in one read at the most, but for one message more.
const STRETCH_BYTES: i64 = 1 << 20;

/// Where a walk over messages goes on.
#[derive(Debug, Clone, Copy)]
pub enum Behind {
    /// At its beginning.
    Nothing,
    /// Behind a message, which need not be there any more.
    Message(MessageId),
    /// Behind a position.
    Position(i64),
}

/// What one read of a walk gave.
#[derive(Debug)]
pub struct Walked<S> {
    /// The caller's state, after every matching row.
    pub state: S,
    /// Matching rows handed over.
    pub matched: usize,
    /// How far the walk has come.
    pub last: Behind,
    /// Nothing is left behind it.
    pub is_end: bool,
}

/// Hands the next messages of a conversation that match every filter to `each`, at most `take` of them, of all roles.
/// One call looks at a bounded stretch of rows, and `each` may break.
#[allow(
    clippy::too_many_arguments,
    reason = "a walk, what it is over, and what to do with it"
)]
pub async fn walk<S: Send + 'static>(
    engine: &Engine,
    ctx: &Ctx,
    key: ConversationKey,
    filters: Vec<MetadataFilter>,
    (behind, order): (Behind, Order),
    take: usize,
    state: S,
    each: fn(&mut S, &MessageRow<'_>) -> Result<ControlFlow<()>>,
) -> Result<Walked<S>> {
    let ctx = *ctx;
    engine
        .store
        .read(move |tx| {
            let (ws, number) = (ctx.ws(), authority::number(tx, &ctx, key)?);
            let take = take.min(STRETCH);
            let limit = if filters.is_empty() { take } else { STRETCH };
            let seq = match behind {
                Behind::Nothing => None,
                Behind::Position(seq) => Some(seq),
                Behind::Message(id) => Some(repo::position(tx, ws, number, id, order)?),
            };
            let (after, before) = match order {
                Order::Ascending => (seq.unwrap_or(0), i64::MAX),
                Order::Descending => (0, seq.unwrap_or(i64::MAX)),
            };
            let positions = Positions {
                after,
                before,
                order,
                limit: i64::try_from(limit).unwrap_or(i64::MAX),
                max_bytes: STRETCH_BYTES,
            };
            let mut out = Walked {
                state,
                matched: 0,
                last: behind,
                is_end: true,
            };
            let ended = repo::messages(tx, ws, number, &positions, &mut |row| {
                out.last = Behind::Position(row.seq);
                if !matches(&filters, &row) {
                    return Ok(ControlFlow::Continue(()));
                }
                out.matched += 1;
                let flow = each(&mut out.state, &row)?;
                Ok(match out.matched == take {
                    true => ControlFlow::Break(()),
                    false => flow,
                })
            })?;
            out.is_end = ended == Ended::AtLast;
            Ok(out)
        })
        .await
}

fn matches(filters: &[MetadataFilter], row: &MessageRow<'_>) -> bool {
    if filters.is_empty() {
        return true;
    }
    let metadata = Metadata::from_text(row.metadata);
    filters.iter().all(|filter| filter.matches(metadata.map()))
}
