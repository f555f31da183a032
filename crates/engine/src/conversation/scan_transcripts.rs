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

/// Result of one bounded read.
#[derive(Debug)]
pub struct TranscriptBatch<S> {
    /// The caller's state.
    pub state: S,
    /// Where the next read continues.
    pub cursor: TranscriptCursor,
    /// Number of conversations returned with their last message.
    pub completed: usize,
    /// Whether the scan is complete.
    pub is_end: bool,
}

/// Passes the next matching conversations to `each`, at most `take`, each followed by its messages. One call reads a
/// bounded number of rows and continues where the previous one ended. Requires `conversations:read` and
/// `messages:read`.
pub async fn scan_transcripts<S: Send + 'static>(
    engine: &Engine,
    ctx: &Ctx,
    sieve: &Arc<ConversationScanFilter>,
    place: TranscriptCursor,
    take: usize,
    state: S,
    each: fn(&mut S, TranscriptRow<'_>) -> Result<ControlFlow<()>>,
) -> Result<TranscriptBatch<S>> {
    ctx.require(Scope::read(Resource::Conversations))?;
    ctx.require(Scope::read(Resource::Messages))?;
    let (ctx, sieve) = (*ctx, sieve.clone());
    engine
        .store
        .read(move |tx| {
            let mut out = TranscriptBatch {
                state,
                cursor: place,
                completed: 0,
                is_end: false,
            };
            let Some(of) = scan_scope(tx, ctx.ws(), &sieve)? else {
                out.is_end = true;
                return Ok(out);
            };
            if place.order == SortOrder::Ascending {
                tx.wait_for_inserts(ctx.ws())?;
            }
            let seen = scan_visibility(tx, &ctx, &sieve)?;
            let mut left = READ_BATCH_ROWS;
            while left > 0 && out.completed < take && !out.is_end {
                let is_full = match out.cursor.unfinished {
                    Some(open) => next_messages(tx, &ctx, open, &mut out, &mut left, each)?,
                    None => {
                        next_conversation(tx, &ctx, &sieve, (seen, of), &mut out, &mut left, each)?
                    }
                };
                if is_full {
                    break;
                }
            }
            Ok(out)
        })
        .await
}

type TranscriptCallback<S> = fn(&mut S, TranscriptRow<'_>) -> Result<ControlFlow<()>>;

/// Reads the next conversation, and returns whether this read is full.
fn next_conversation<S>(
    tx: &mut dyn Tx,
    ctx: &Ctx,
    sieve: &ConversationScanFilter,
    (seen, of): (Visibility, ScanScope),
    out: &mut TranscriptBatch<S>,
    left: &mut usize,
    each: TranscriptCallback<S>,
) -> Result<bool> {
    let place = out.cursor;
    let walk = KeysetQuery {
        after: place.after,
        order: place.order,
        limit: 1,
    };
    let one = scan_window(tx, ctx.ws(), seen, walk, place.until, of)?;
    let mut flow = ControlFlow::Continue(());
    out.is_end = true;
    repo::scan_conversations(tx, ctx.ws(), &one, &mut |number, row| {
        out.is_end = false;
        *left -= 1;
        out.cursor.after = Some(creation_cursor(&row));
        if matches(sieve, &row) {
            out.cursor.unfinished = Some((row.id, number, 0));
            flow = each(&mut out.state, TranscriptRow::Conversation(&row))?;
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
    out: &mut TranscriptBatch<S>,
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
        out.cursor.unfinished = Some((id, number, row.seq));
        let flow = each(&mut out.state, TranscriptRow::Message(id, &row))?;
        is_full = flow.is_break();
        Ok(flow)
    })?;
    if ended == ScanEnd::Complete {
        out.cursor.unfinished = None;
        out.completed += 1;
    } else {
        // Rows, bytes or the receiver ended this read.
        is_full = true;
    }
    Ok(is_full)
}
