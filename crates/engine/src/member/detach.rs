//! Detaches a member from its messages in bounded steps, before it is deleted.
//!
//! A member's messages may be spread over the whole workspace, and there is one writer. Reads therefore find them, and
//! each write changes a bounded number; the deleting transaction handles only those that came meanwhile. The next call
//! completes an interrupted deletion.

use std::ops::ControlFlow;

use parlor_model::member::{MemberKey, MemberKind};
use parlor_model::{Ctx, Result};
use parlor_store::Tx;
use parlor_store::repo::detach::{self as repo, DetachStep};
use parlor_store::repo::{conversation, member, search_index};

use super::resolve::find_row;
use crate::{Engine, authority};

/// Rows per step.
const STEP_ROWS: i64 = 2_000;
/// Upper estimate of messages with assigned numbers that are not committed yet.
const MAX_UNCOMMITTED_MESSAGES: i64 = 10_000;

/// Result of detaching a member.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct DetachResult {
    /// Messages up to this number are detached.
    pub(super) detached_up_to: i64,
    /// Number of deleted conversations of which it was the subject.
    pub(super) own_conversations: usize,
}

/// Detaches a member that may be deleted; otherwise nothing is changed. With `with_own`, also deletes the conversations
/// of which it is the subject.
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
                true => member::list_conversations_for(tx, ws, member)?,
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

/// Runs the steps over rows of one kind.
async fn run_steps<K: Copy + Send + 'static>(
    engine: &Engine,
    ws: i64,
    member: i64,
    query: StepQuery<K>,
    change: StepUpdate<K>,
) -> Result<()> {
    let mut next = ControlFlow::Continue(None);
    while let ControlFlow::Continue(after) = next {
        let step = engine
            .store
            .read_throttled(ws, move |tx| query(tx, ws, member, after, STEP_ROWS))
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
