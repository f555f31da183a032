//! Walking over conversations with what was said in them.

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

/// Rows handed over and looked at in one read at the most.
const READ_BATCH_ROWS: usize = 200;
/// Bytes of messages read at once at the most, but for one message more.
const READ_BATCH_BYTES: i64 = 1 << 20;

/// How far a walk has come.
#[derive(Debug, Clone, Copy)]
pub struct TranscriptCursor {
    /// The last conversation that was handed over or passed over.
    pub after: Option<CreationCursor<kind::Conversation>>,
    /// It, by its number, and the position of its last message that was handed over, where there may be more.
    pub unfinished: Option<(ConversationId, i64, i64)>,
    /// The direction among conversations; messages are always the oldest first.
    pub order: SortOrder,
    /// Ascending walks end here.
    pub until: ConversationId,
}

/// Something of a transcript.
#[derive(Debug)]
pub enum TranscriptRow<'a> {
    /// A conversation begins.
    Conversation(&'a ConversationRow<'a>),
    /// It was said in the last one.
    Message(ConversationId, &'a MessageRow<'a>),
}

/// What one read gave.
#[derive(Debug)]
pub struct TranscriptBatch<S> {
    /// The caller's state.
    pub state: S,
    /// Where the next read goes on.
    pub cursor: TranscriptCursor,
    /// Conversations that were handed over to their last message.
    pub completed: usize,
    /// Nothing is left.
    pub is_end: bool,
}

/// Hands over the next conversations that match, at most `take`, each followed by its messages. A call reads a bounded
/// number of rows and goes on where the one before it ended. Asks for `conversations:read` and `messages:read`.
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

/// The next conversation; whether enough is written.
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

/// More of what was said in the open conversation; whether enough is written.
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
        // Rows, bytes or the receiver: one read has given enough.
        is_full = true;
    }
    Ok(is_full)
}
