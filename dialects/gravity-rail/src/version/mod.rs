//! Published versions of a workflow, after developer/api/workspace/workflow_versions.

pub(crate) mod activate;
pub(crate) mod deactivate;
pub(crate) mod diff;
pub(crate) mod get;
pub(crate) mod get_active;
pub(crate) mod list;
pub(crate) mod publish;
pub(crate) mod update_note;

use parlor_kit::{PathParams, ids, time};
use parlor_model::error::EntityKind;
use parlor_model::workflow::{WorkflowKey, WorkflowVersion};
use parlor_model::{Error, Result};
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use crate::ids::{format_uuid, parse_key};

/// The vendor's page about these endpoints.
const VENDOR_PAGE: &str = "developer/api/workspace/workflow_versions";

/// A version. Nothing of it but the note ever changes.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct VersionResponse {
    id: i64,
    uuid: String,
    workflow_id: i64,
    /// 1, 2, 3 ...
    version_number: i64,
    /// New chats are pinned to it.
    is_active: bool,
    /// What is said about it.
    note: Option<String>,
    published_by_member_id: Option<i64>,
    created_at: String,
    slug: String,
    name: String,
    description: Option<String>,
    agent_member_id: Option<i64>,
    default_phone_number_id: Option<i64>,
    default_inbox_id: Option<i64>,
    #[schema(value_type = Vec<Object>)]
    tasks: Vec<Value>,
    /// What its agent says first.
    opening_message: Option<String>,
}

impl VersionResponse {
    pub(crate) fn from_version(version: WorkflowVersion, active: Option<i64>) -> Self {
        let snapshot = version.snapshot;
        Self {
            id: version.number,
            uuid: format_uuid(version.id),
            workflow_id: version.workflow,
            version_number: version.version,
            is_active: active == Some(version.version),
            note: version.note,
            published_by_member_id: version.author,
            created_at: time::format_iso(version.created_at),
            slug: snapshot.slug,
            name: snapshot.name,
            description: snapshot.description,
            agent_member_id: snapshot.agent,
            default_phone_number_id: snapshot.default_phone_number,
            default_inbox_id: snapshot.default_inbox,
            tasks: snapshot.tasks,
            opening_message: snapshot.opening_message,
        }
    }
}

/// Parses the references to a workflow and its version in a path.
fn parse_version_path(params: &PathParams) -> Result<(WorkflowKey, i64)> {
    let key = parse_key(params.get("workflow"))?;
    let version = ids::parse_number(params.get("version"));
    let version = version.ok_or_else(|| Error::not_found(EntityKind::WorkflowVersion))?;
    Ok((key, version))
}
