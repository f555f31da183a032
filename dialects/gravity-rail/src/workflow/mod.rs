//! Workflows: what is edited is the draft.

pub(crate) mod create;
pub(crate) mod get;
pub(crate) mod list;
pub(crate) mod update;

use parlor_kit::time;
use parlor_model::Result;
use parlor_model::error::Noun;
use parlor_model::workflow::{Workflow, WorkflowKey};
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use crate::ids::{self, Reference};

/// A workflow.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct WorkflowResponse {
    id: i64,
    uuid: String,
    slug: String,
    name: String,
    description: Option<String>,
    /// The agent that runs it.
    agent_member_id: Option<i64>,
    default_phone_number_id: Option<i64>,
    default_inbox_id: Option<i64>,
    /// The version new chats are pinned to.
    active_version_number: Option<i64>,
    #[schema(value_type = Vec<Object>)]
    tasks: Vec<Value>,
    /// What its agent says first. Kept with each version; a server without an assistant does not say it.
    opening_message: Option<String>,
    is_archived: bool,
    created_at: String,
    updated_at: String,
}

impl WorkflowResponse {
    pub(crate) fn of(workflow: Workflow) -> Self {
        let draft = workflow.draft;
        Self {
            id: workflow.number,
            uuid: ids::uuid(workflow.id),
            slug: draft.slug,
            name: draft.name,
            description: draft.description,
            agent_member_id: draft.agent,
            default_phone_number_id: draft.default_phone_number,
            default_inbox_id: draft.default_inbox,
            active_version_number: workflow.active_version,
            tasks: draft.tasks,
            opening_message: draft.opening_message,
            is_archived: workflow.archived_at.is_some(),
            created_at: time::iso(workflow.created_at),
            updated_at: time::iso(workflow.updated_at),
        }
    }
}

/// A workflow's name in a path.
pub(crate) fn key(text: &str) -> Result<WorkflowKey> {
    Reference::of_path(text, Noun::Workflow).map(Reference::locator)
}

/// The core's fields under the names of the bodies.
const NAMES: &[(&str, &str)] = &[
    ("agent", "agentMemberId"),
    ("opening_message", "openingMessage"),
];
