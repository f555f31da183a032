//! Resolves the workflow version that a chat is pinned to.

use parlor_model::error::EntityKind;
use parlor_model::workflow::{WorkflowDraft, WorkflowKey};
use parlor_model::{Error, Result};
use parlor_store::Tx;
use parlor_store::repo::workflow as repo;

/// A workflow and the version that a chat runs.
pub(crate) struct WorkflowPin {
    /// The workflow's number.
    pub(crate) workflow: i64,
    /// The version, or `None` for the draft.
    pub(crate) version: Option<i64>,
    /// The content of that version.
    pub(crate) draft: WorkflowDraft,
}

impl WorkflowPin {
    /// Returns the first step of a run.
    pub(crate) fn first_task(&self) -> Option<i64> {
        (!self.draft.tasks.is_empty()).then_some(1)
    }
}

/// Resolves the requested version, else the active one, else the draft.
///
/// # Errors
/// `NotFound` for an archived workflow.
pub(crate) fn resolve_workflow_pin(
    tx: &mut dyn Tx,
    ws: i64,
    key: WorkflowKey,
    version: Option<i64>,
) -> Result<WorkflowPin> {
    let workflow = repo::find(tx, ws, key)?
        .filter(|found| found.archived_at.is_none())
        .ok_or_else(|| Error::not_found(EntityKind::Workflow))?;
    let version = version.or(workflow.active_version);
    let draft = match version {
        None => workflow.draft,
        Some(version) => {
            repo::find_version(tx, ws, workflow.number, version)?
                .ok_or_else(|| Error::not_found(EntityKind::WorkflowVersion))?
                .snapshot
        }
    };
    Ok(WorkflowPin {
        workflow: workflow.number,
        version,
        draft,
    })
}
