//! Scans a conversation's messages for lists and streams.

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
use crate::scan::ScanBatch;

/// Maximum number of rows per read, because it occupies a database thread.
const READ_BATCH_ROWS: usize = 200;
/// Maximum bytes per read, exceeded by at most one message.
const READ_BATCH_BYTES: i64 = 1 << 20;

/// Where a scan continues.
#[derive(Debug, Clone, Copy)]
pub enum ScanStart {
    /// At the beginning.
    Beginning,
    /// After a message, which may have been deleted.
    Message(MessageId),
    /// After a seq.
    Position(i64),
}

/// Passes the next messages of a conversation that match every filter to `each`, of all roles, at most `take`. One call
/// reads a bounded number of rows, and `each` may break.
#[allow(
    clippy::too_many_arguments,
    reason = "the scan, what it reads, and the callback"
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
) -> Result<ScanBatch<S, ScanStart>> {
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
            let mut batch = ScanBatch {
                state,
                matched: 0,
                cursor: behind,
                is_end: true,
            };
            let ended = repo::scan_messages(tx, ws, number, &positions, &mut |row| {
                batch.cursor = ScanStart::Position(row.seq);
                if !matches(&filters, &row) {
                    return Ok(ControlFlow::Continue(()));
                }
                batch.matched += 1;
                let flow = each(&mut batch.state, &row)?;
                Ok(match batch.matched == take {
                    true => ControlFlow::Break(()),
                    false => flow,
                })
            })?;
            batch.is_end = ended == ScanEnd::Complete;
            Ok(batch)
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
