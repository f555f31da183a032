//! Finds an assignment with what it runs: the pinned version or the draft.

use parlor_model::error::EntityKind;
use parlor_model::id::IdOrNumber;
use parlor_model::scope::{Resource, Scope};
use parlor_model::workflow::{Assignment, AssignmentKey, WorkflowDraft};
use parlor_model::{Ctx, Error, Result};
use parlor_store::Tx;
use parlor_store::repo::workflow as repo;

use super::find::find_authorized;
use crate::Engine;

/// Returns an assignment and the workflow draft it runs. Requires `assignments:read`, except for the caller's own.
pub async fn find_with_draft(
    engine: &Engine,
    ctx: &Ctx,
    key: AssignmentKey,
) -> Result<(Assignment, WorkflowDraft)> {
    let ctx = *ctx;
    engine
        .store
        .read(move |tx| {
            let found = find_authorized(tx, &ctx, key, Scope::read(Resource::Assignments))?;
            let draft = pinned_draft(tx, ctx.ws(), &found)?;
            Ok((found, draft))
        })
        .await
}

/// Returns the version that an assignment is pinned to, or its workflow's draft.
pub(super) fn pinned_draft(
    tx: &mut dyn Tx,
    ws: i64,
    assignment: &Assignment,
) -> Result<WorkflowDraft> {
    let snapshot =
        match assignment.workflow_version {
            Some(version) => repo::find_version(tx, ws, assignment.workflow, version)?
                .map(|found| found.snapshot),
            None => repo::find(tx, ws, IdOrNumber::Number(assignment.workflow))?
                .map(|found| found.draft),
        };
    snapshot.ok_or_else(|| Error::not_found(EntityKind::Workflow))
}
