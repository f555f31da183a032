//! Taking a member out of what it said and did, a little at a time, before it is deleted.
//!
//! What a member wrote may be spread over everything a workspace has, and there is one writer. So readers look for it,
//! and each write changes a bounded part of it; the write that deletes the member has only what came meanwhile left to
//! do. A deletion that breaks off in between is done by the next one.

use std::ops::ControlFlow;

use parlor_model::member::{MemberKey, MemberKind};
use parlor_model::{Ctx, Result};
use parlor_store::Tx;
use parlor_store::repo::detach::{self as repo, DetachStep};
use parlor_store::repo::{conversation, member as members, search_index};

use super::resolve::find_row;
use crate::{Engine, authority};

/// Rows that one step goes through.
const STEP_ROWS: i64 = 2_000;
/// Messages that may have taken their numbers and are not committed yet.
const MAX_UNCOMMITTED_MESSAGES: i64 = 10_000;

/// What went before the member itself.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct DetachResult {
    /// Messages with numbers up to this one are not its own any more.
    pub(super) detached_up_to: i64,
    /// Conversations that were for it and went.
    pub(super) own_conversations: usize,
}

/// Detaches a member that may be deleted; nothing happens to one that may not. `with_own` deletes the conversations that
/// are for it, too.
pub(super) async fn detach(
    engine: &Engine,
    ctx: &Ctx,
    key: MemberKey,
    with_own: bool,
) -> Result<DetachResult> {
    let (ctx, ws) = (*ctx, ctx.ws());
    let found = engine
        .store
        .read(move |tx| {
            let found = find_row(tx, ws, &key)?.map(|stored| stored.member);
            let found = found.filter(|member| {
                member.role.is_none() && !(with_own && member.key.kind == MemberKind::Assistant)
            });
            let Some(found) = found else {
                return Ok(None);
            };
            authority::authorize_manage_member(&ctx, &found)?;
            let member = found.key.number;
            let own = match with_own {
                true => members::list_conversations_for(tx, ws, member)?,
                false => Vec::new(),
            };
            let since = search_index::last_number(tx, search_index::IndexedEntity::Message)?
                - MAX_UNCOMMITTED_MESSAGES;
            Ok(Some((member, own, since.max(0))))
        })
        .await?;
    let Some((member, own, since)) = found else {
        return Ok(DetachResult::default());
    };
    for number in own.iter().copied() {
        let work = move |tx: &mut dyn Tx| conversation::delete(tx, ws, number);
        engine.store.write(work).await?;
    }
    run_steps(
        engine,
        ws,
        member,
        repo::scan_conversations,
        repo::detach_conversations,
    )
    .await?;
    run_steps(
        engine,
        ws,
        member,
        repo::scan_messages,
        repo::detach_messages,
    )
    .await?;
    run_steps(engine, ws, member, repo::scan_entries, repo::detach_entries).await?;
    Ok(DetachResult {
        detached_up_to: since,
        own_conversations: own.len(),
    })
}

type StepQuery<K> = fn(&mut dyn Tx, i64, i64, Option<K>, i64) -> Result<DetachStep<K>>;
type StepUpdate<K> = fn(&mut dyn Tx, i64, i64, (K, K)) -> Result<()>;

/// Goes through rows of one kind.
async fn run_steps<K: Copy + Send + 'static>(
    engine: &Engine,
    ws: i64,
    member: i64,
    look: StepQuery<K>,
    change: StepUpdate<K>,
) -> Result<()> {
    let mut next = ControlFlow::Continue(None);
    while let ControlFlow::Continue(after) = next {
        let step = engine
            .store
            .read_throttled(ws, move |tx| look(tx, ws, member, after, STEP_ROWS))
            .await?;
        if let Some(range) = step.found {
            engine
                .store
                .write(move |tx| change(tx, ws, member, range))
                .await?;
        }
        next = step.next;
    }
    Ok(())
}
