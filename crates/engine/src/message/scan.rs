//! Walking over a conversation's messages, for lists and streams alike.

use std::ops::ControlFlow;

use parlor_model::conversation::ConversationKey;
use parlor_model::id::MessageId;
use parlor_model::keyset::SortOrder;
use parlor_model::metadata_filter::MetadataFilter;
use parlor_model::scan::MessageRow;
use parlor_model::{Ctx, Metadata, Result};
use parlor_store::repo::scan::{self as repo, ScanEnd, SeqRange};

use crate::Engine;
use crate::authority;

/// Rows looked at in one read at the most: it runs on a serving thread.
const READ_BATCH_ROWS: usize = 200;
/// Bytes looked at in one read at the most, but for one message more.
const READ_BATCH_BYTES: i64 = 1 << 20;

/// Where a walk over messages goes on.
#[derive(Debug, Clone, Copy)]
pub enum ScanStart {
    /// At its beginning.
    Beginning,
    /// Behind a message, which need not be there any more.
    Message(MessageId),
    /// Behind a position.
    Position(i64),
}

/// What one read of a walk gave.
#[derive(Debug)]
pub struct MessageScanBatch<S> {
    /// The caller's state, after every matching row.
    pub state: S,
    /// Matching rows handed over.
    pub matched: usize,
    /// How far the walk has come.
    pub next_start: ScanStart,
    /// Nothing is left behind it.
    pub is_end: bool,
}

/// Hands the next messages of a conversation that match every filter to `each`, at most `take` of them, of all roles.
/// One call looks at a bounded stretch of rows, and `each` may break.
#[allow(
    clippy::too_many_arguments,
    reason = "a walk, what it is over, and what to do with it"
)]
pub async fn scan<S: Send + 'static>(
    engine: &Engine,
    ctx: &Ctx,
    key: ConversationKey,
    filters: Vec<MetadataFilter>,
    (behind, order): (ScanStart, SortOrder),
    take: usize,
    state: S,
    each: fn(&mut S, &MessageRow<'_>) -> Result<ControlFlow<()>>,
) -> Result<MessageScanBatch<S>> {
    let ctx = *ctx;
    engine
        .store
        .read(move |tx| {
            let (ws, number) = (ctx.ws(), authority::find_readable_number(tx, &ctx, key)?);
            let take = take.min(READ_BATCH_ROWS);
            let limit = if filters.is_empty() {
                take
            } else {
                READ_BATCH_ROWS
            };
            let seq = match behind {
                ScanStart::Beginning => None,
                ScanStart::Position(seq) => Some(seq),
                ScanStart::Message(id) => Some(repo::seq_after_message(tx, ws, number, id, order)?),
            };
            let (after, before) = match order {
                SortOrder::Ascending => (seq.unwrap_or(0), i64::MAX),
                SortOrder::Descending => (0, seq.unwrap_or(i64::MAX)),
            };
            let positions = SeqRange {
                after,
                before,
                order,
                limit: i64::try_from(limit).unwrap_or(i64::MAX),
                max_bytes: READ_BATCH_BYTES,
            };
            let mut out = MessageScanBatch {
                state,
                matched: 0,
                next_start: behind,
                is_end: true,
            };
            let ended = repo::scan_messages(tx, ws, number, &positions, &mut |row| {
                out.next_start = ScanStart::Position(row.seq);
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
            out.is_end = ended == ScanEnd::Complete;
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
