//! Steps through the rows of a workspace that may refer to a member. Reads find them, and each write changes a bounded
//! number, because they may be many and other writes wait for each transaction.

use std::ops::ControlFlow;

use parlor_model::Result;
use parlor_store::Tx;
use parlor_store::repo::detach::DetachStep;

use crate::Engine;

/// Rows per step.
const STEP_ROWS: i64 = 2_000;
/// Upper estimate of messages with assigned numbers that are not committed yet.
pub(super) const MAX_UNCOMMITTED_MESSAGES: i64 = 10_000;

type StepQuery<K> = fn(&mut dyn Tx, i64, i64, Option<K>, i64) -> Result<DetachStep<K>>;

/// Runs the steps over rows of one kind and returns the number of changed rows.
pub(super) async fn run_steps<K: Copy + Send + 'static>(
    engine: &Engine,
    ws: i64,
    member: i64,
    query: StepQuery<K>,
    change: impl Fn(&mut dyn Tx, (K, K)) -> Result<u64> + Copy + Send + 'static,
) -> Result<u64> {
    let mut changed = 0;
    let mut next = ControlFlow::Continue(None);
    while let ControlFlow::Continue(after) = next {
        let step = engine
            .store
            .read_throttled(ws, move |tx| query(tx, ws, member, after, STEP_ROWS))
            .await?;
        if let Some(range) = step.found {
            changed += engine.store.write(move |tx| change(tx, range)).await?;
        }
        next = step.next;
    }
    Ok(changed)
}

/// Counts the rows of one kind that refer to a member.
pub(super) async fn count_rows<K: Copy + Send + 'static>(
    engine: &Engine,
    ws: i64,
    member: i64,
    query: StepQuery<K>,
) -> Result<u64> {
    let mut count = 0;
    let mut next = ControlFlow::Continue(None);
    while let ControlFlow::Continue(after) = next {
        let step = engine
            .store
            .read_throttled(ws, move |tx| query(tx, ws, member, after, STEP_ROWS))
            .await?;
        (count, next) = (count + step.count, step.next);
    }
    Ok(count)
}
