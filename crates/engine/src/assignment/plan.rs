//! What an assignment runs: the version it is pinned to, or the draft.

use parlor_model::error::Noun;
use parlor_model::id::Locator;
use parlor_model::scope::{Resource, Scope};
use parlor_model::workflow::{Assignment, AssignmentKey, Draft};
use parlor_model::{Ctx, Error, Result};
use parlor_store::Tx;
use parlor_store::repo::workflow as repo;

use super::find::permitted;
use crate::Engine;

/// An assignment with what it runs: one's own without a scope, anybody's with `assignments:read`.
pub async fn plan(engine: &Engine, ctx: &Ctx, key: AssignmentKey) -> Result<(Assignment, Draft)> {
    let ctx = *ctx;
    engine
        .store
        .read(move |tx| {
            let found = permitted(tx, &ctx, key, Scope::read(Resource::Assignments))?;
            let draft = of(tx, ctx.ws(), &found)?;
            Ok((found, draft))
        })
        .await
}

/// Within a transaction: the version an assignment is pinned to, or its workflow's draft.
pub(super) fn of(tx: &mut dyn Tx, ws: i64, assignment: &Assignment) -> Result<Draft> {
    let snapshot = match assignment.workflow_version {
        Some(version) => {
            repo::version(tx, ws, assignment.workflow, version)?.map(|found| found.snapshot)
        }
        None => repo::find(tx, ws, Locator::Number(assignment.workflow))?.map(|found| found.draft),
    };
    snapshot.ok_or_else(|| Error::not_found(Noun::Workflow))
}
