//! Scans conversations, each followed by its messages.

use std::ops::ControlFlow;
use std::sync::Arc;

use parlor_model::id::{ConversationId, kind};
use parlor_model::keyset::{CreationCursor, KeysetQuery, SortOrder};
use parlor_model::scan::{ConversationRow, ConversationScanFilter, MessageRow};
use parlor_model::scope::{Resource, Scope};
use parlor_model::{Ctx, Result};
use parlor_store::Tx;
use parlor_store::repo::scan::{self as repo, ScanEnd, ScanScope, SeqRange};
use parlor_store::visibility::Visibility;

use super::scan::{creation_cursor, matches, scan_scope, scan_visibility, scan_window};
use crate::Engine;
use crate::scan::ScanBatch;

/// Maximum number of rows per read.
const READ_BATCH_ROWS: usize = 200;
/// Maximum bytes of messages per read, exceeded by at most one message.
const READ_BATCH_BYTES: i64 = 1 << 20;

/// Position of a transcript scan.
#[derive(Debug, Clone, Copy)]
pub struct TranscriptCursor {
    /// The last conversation that was returned or skipped.
    pub after: Option<CreationCursor<kind::Conversation>>,
    /// The conversation with remaining messages: its id, its number and the seq of the last returned message.
    pub unfinished: Option<(ConversationId, i64, i64)>,
    /// Direction among conversations; messages are always oldest first.
    pub order: SortOrder,
    /// Upper bound of ascending scans.
    pub until: ConversationId,
}

/// A row of a transcript.
#[derive(Debug)]
pub enum TranscriptRow<'a> {
    /// The beginning of a conversation.
    Conversation(&'a ConversationRow<'a>),
    /// A message of the last conversation.
    Message(ConversationId, &'a MessageRow<'a>),
}

/// Passes the next matching conversations to `each`, at most `take`, each followed by its messages. One call reads a
/// bounded number of rows and continues where the previous one ended. Requires `conversations:read` and
/// `messages:read`.
pub async fn scan_transcripts<S: Send + 'static>(
    engine: &Engine,
    ctx: &Ctx,
    filter: &Arc<ConversationScanFilter>,
    cursor: TranscriptCursor,
    take: usize,
    state: S,
    each: fn(&mut S, TranscriptRow<'_>) -> Result<ControlFlow<()>>,
) -> Result<ScanBatch<S, TranscriptCursor>> {
    ctx.require(Scope::read(Resource::Conversations))?;
    ctx.require(Scope::read(Resource::Messages))?;
    let (ctx, filter) = (*ctx, filter.clone());
    engine
        .store
        .read(move |tx| {
            let mut batch = ScanBatch {
                state,
                cursor,
                matched: 0,
                is_end: false,
            };
            let Some(target) = scan_scope(tx, ctx.ws(), &filter)? else {
                batch.is_end = true;
                return Ok(batch);
            };
            if cursor.order == SortOrder::Ascending {
                tx.wait_for_inserts(ctx.ws())?;
            }
            let visibility = scan_visibility(tx, &ctx, &filter)?;
            let mut left = READ_BATCH_ROWS;
            while left > 0 && batch.matched < take && !batch.is_end {
                let is_full = match batch.cursor.unfinished {
                    Some(open) => next_messages(tx, &ctx, open, &mut batch, &mut left, each)?,
                    None => next_conversation(
                        tx,
                        &ctx,
                        &filter,
                        (visibility, target),
                        &mut batch,
                        &mut left,
                        each,
                    )?,
                };
                if is_full {
                    break;
                }
            }
            Ok(batch)
        })
        .await
}

type TranscriptCallback<S> = fn(&mut S, TranscriptRow<'_>) -> Result<ControlFlow<()>>;

/// Reads the next conversation, and returns whether this read is full.
fn next_conversation<S>(
    tx: &mut dyn Tx,
    ctx: &Ctx,
    filter: &ConversationScanFilter,
    (visibility, target): (Visibility, ScanScope),
    batch: &mut ScanBatch<S, TranscriptCursor>,
    left: &mut usize,
    each: TranscriptCallback<S>,
) -> Result<bool> {
    let cursor = batch.cursor;
    let query = KeysetQuery {
        after: cursor.after,
        order: cursor.order,
        limit: 1,
    };
    let window = scan_window(tx, ctx.ws(), visibility, query, cursor.until, target)?;
    let mut flow = ControlFlow::Continue(());
    batch.is_end = true;
    repo::scan_conversations(tx, ctx.ws(), &window, &mut |number, row| {
        batch.is_end = false;
        *left -= 1;
        batch.cursor.after = Some(creation_cursor(&row));
        if matches(filter, &row) {
            batch.cursor.unfinished = Some((row.id, number, 0));
            flow = each(&mut batch.state, TranscriptRow::Conversation(&row))?;
        }
        Ok(())
    })?;
    Ok(flow.is_break())
}

/// Reads further messages of the current conversation, and returns whether this read is full.
fn next_messages<S>(
    tx: &mut dyn Tx,
    ctx: &Ctx,
    (id, number, after): (ConversationId, i64, i64),
    batch: &mut ScanBatch<S, TranscriptCursor>,
    left: &mut usize,
    each: TranscriptCallback<S>,
) -> Result<bool> {
    let limit = *left;
    let positions = SeqRange {
        after,
        before: i64::MAX,
        order: SortOrder::Ascending,
        limit: i64::try_from(limit).unwrap_or(i64::MAX),
        max_bytes: READ_BATCH_BYTES,
    };
    let mut is_full = false;
    let ended = repo::scan_messages(tx, ctx.ws(), number, &positions, &mut |row| {
        *left -= 1;
        batch.cursor.unfinished = Some((id, number, row.seq));
        let flow = each(&mut batch.state, TranscriptRow::Message(id, &row))?;
        is_full = flow.is_break();
        Ok(flow)
    })?;
    if ended == ScanEnd::Complete {
        batch.cursor.unfinished = None;
        batch.matched += 1;
    } else {
        // Rows, bytes or the receiver ended this read.
        is_full = true;
    }
    Ok(is_full)
}
