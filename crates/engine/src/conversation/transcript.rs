//! Walking over conversations with what was said in them.

use std::ops::ControlFlow;
use std::sync::Arc;

use parlor_model::id::{ConversationId, kind};
use parlor_model::page::{CreationCursor, Order, Walk};
use parlor_model::scope::{Resource, Scope};
use parlor_model::walk::{ConversationRow, ConversationSieve, MessageRow};
use parlor_model::{Ctx, Result};
use parlor_store::Tx;
use parlor_store::repo::walk::{self as repo, Ended, Of, Positions};
use parlor_store::visibility::Visibility;

use super::walk::{matches, narrowed, position, seen, stretch};
use crate::Engine;

/// Rows handed over and looked at in one read at the most.
const ROWS: usize = 200;
/// Bytes of messages read at once at the most, but for one message more.
const BYTES: i64 = 1 << 20;

/// How far a walk has come.
#[derive(Debug, Clone, Copy)]
pub struct Place {
    /// The last conversation that was handed over or passed over.
    pub after: Option<CreationCursor<kind::Conversation>>,
    /// It, by its number, and the position of its last message that was handed over, where there may be more.
    pub open: Option<(ConversationId, i64, i64)>,
    /// The direction among conversations; messages are always the oldest first.
    pub order: Order,
    /// Ascending walks end here.
    pub until: ConversationId,
}

/// Something of a transcript.
#[derive(Debug)]
pub enum Line<'a> {
    /// A conversation begins.
    Conversation(&'a ConversationRow<'a>),
    /// It was said in the last one.
    Message(ConversationId, &'a MessageRow<'a>),
}

/// What one read gave.
#[derive(Debug)]
pub struct Written<S> {
    /// The caller's state.
    pub state: S,
    /// Where the next read goes on.
    pub place: Place,
    /// Conversations that were handed over to their last message.
    pub ended: usize,
    /// Nothing is left.
    pub is_end: bool,
}

/// Hands over the next conversations that match, at most `take`, each followed by its messages. A call reads a bounded
/// number of rows and goes on where the one before it ended. Asks for `conversations:read` and `messages:read`.
pub async fn transcript<S: Send + 'static>(
    engine: &Engine,
    ctx: &Ctx,
    sieve: &Arc<ConversationSieve>,
    place: Place,
    take: usize,
    state: S,
    each: fn(&mut S, Line<'_>) -> Result<ControlFlow<()>>,
) -> Result<Written<S>> {
    ctx.require(Scope::read(Resource::Conversations))?;
    ctx.require(Scope::read(Resource::Messages))?;
    let (ctx, sieve) = (*ctx, sieve.clone());
    engine
        .store
        .read(move |tx| {
            let mut out = Written {
                state,
                place,
                ended: 0,
                is_end: false,
            };
            let Some(of) = narrowed(tx, ctx.ws(), &sieve)? else {
                out.is_end = true;
                return Ok(out);
            };
            if place.order == Order::Ascending {
                tx.settle_inserts(ctx.ws())?;
            }
            let seen = seen(tx, &ctx, &sieve)?;
            let mut left = ROWS;
            while left > 0 && out.ended < take && !out.is_end {
                let is_full = match out.place.open {
                    Some(open) => say(tx, &ctx, open, &mut out, &mut left, each)?,
                    None => begin(tx, &ctx, &sieve, (seen, of), &mut out, &mut left, each)?,
                };
                if is_full {
                    break;
                }
            }
            Ok(out)
        })
        .await
}

type Each<S> = fn(&mut S, Line<'_>) -> Result<ControlFlow<()>>;

/// The next conversation; whether enough is written.
fn begin<S>(
    tx: &mut dyn Tx,
    ctx: &Ctx,
    sieve: &ConversationSieve,
    (seen, of): (Visibility, Of),
    out: &mut Written<S>,
    left: &mut usize,
    each: Each<S>,
) -> Result<bool> {
    let place = out.place;
    let walk = Walk {
        after: place.after,
        order: place.order,
        take: 1,
    };
    let one = stretch(tx, ctx.ws(), seen, walk, place.until, of)?;
    let mut flow = ControlFlow::Continue(());
    out.is_end = true;
    repo::conversations(tx, ctx.ws(), &one, &mut |number, row| {
        out.is_end = false;
        *left -= 1;
        out.place.after = Some(position(&row));
        if matches(sieve, &row) {
            out.place.open = Some((row.id, number, 0));
            flow = each(&mut out.state, Line::Conversation(&row))?;
        }
        Ok(())
    })?;
    Ok(flow.is_break())
}

/// More of what was said in the open conversation; whether enough is written.
fn say<S>(
    tx: &mut dyn Tx,
    ctx: &Ctx,
    (id, number, after): (ConversationId, i64, i64),
    out: &mut Written<S>,
    left: &mut usize,
    each: Each<S>,
) -> Result<bool> {
    let limit = *left;
    let positions = Positions {
        after,
        before: i64::MAX,
        order: Order::Ascending,
        limit: i64::try_from(limit).unwrap_or(i64::MAX),
        max_bytes: BYTES,
    };
    let mut is_full = false;
    let ended = repo::messages(tx, ctx.ws(), number, &positions, &mut |row| {
        *left -= 1;
        out.place.open = Some((id, number, row.seq));
        let flow = each(&mut out.state, Line::Message(id, &row))?;
        is_full = flow.is_break();
        Ok(flow)
    })?;
    if ended == Ended::AtLast {
        out.place.open = None;
        out.ended += 1;
    } else {
        // Rows, bytes or the receiver: one read has given enough.
        is_full = true;
    }
    Ok(is_full)
}
