//! Workflows. Updates change the draft; versions are published from it.

pub(crate) mod create;
pub(crate) mod get;
pub(crate) mod list;
pub(crate) mod update;

use parlor_kit::time;
use parlor_model::workflow::{RoleAccess, Workflow};
use parlor_model::{Error, Result};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;
use utoipa::openapi::schema::{Object, ObjectBuilder, SchemaType, Type};

use crate::ids;
use crate::member::role;

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
    /// What its agent says first in a new web chat whose assistant is on. Kept with each version.
    opening_message: Option<String>,
    is_archived: bool,
    /// The same under the name that the vendor's command line uses.
    archived: bool,
    /// What may be done with it, as its maker put it. Kept for its readers: whoever may act may run any workflow.
    #[schema(value_type = Option<Value>)]
    permissions: Option<Value>,
    /// Which roles may do what with it; kept alike.
    member_role_access: Vec<MemberRoleAccess>,
    created_at: String,
    updated_at: String,
}

impl WorkflowResponse {
    pub(crate) fn from_workflow(workflow: Workflow) -> Self {
        let draft = workflow.draft;
        Self {
            id: workflow.number,
            uuid: ids::format_uuid(workflow.id),
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
            archived: workflow.archived_at.is_some(),
            permissions: workflow.permissions,
            member_role_access: workflow
                .role_access
                .into_iter()
                .map(MemberRoleAccess::from)
                .collect(),
            created_at: time::format_iso(workflow.created_at),
            updated_at: time::format_iso(workflow.updated_at),
        }
    }
}

/// What members of a role may do with a workflow.
#[derive(Debug, Clone, Copy, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct MemberRoleAccess {
    /// 1 the owner, 2 managers, 3 users.
    #[schema(minimum = 1, maximum = 3)]
    member_role_id: i64,
    /// A set of bits.
    #[schema(minimum = 0, maximum = 4_294_967_295i64)]
    access_mode: u32,
}

impl From<RoleAccess> for MemberRoleAccess {
    fn from(access: RoleAccess) -> Self {
        Self {
            member_role_id: role::to_id(access.role),
            access_mode: access.mode,
        }
    }
}

/// Converts to the engine's form.
fn parse_role_access(given: Vec<MemberRoleAccess>) -> Result<Vec<RoleAccess>> {
    let read = given.into_iter().enumerate().map(|(index, one)| {
        let role = role::from_id(one.member_role_id).ok_or_else(|| {
            let field = format!("memberRoleAccess[{index}].memberRoleId");
            Error::invalid(field, "must be 1, 2 or 3")
        })?;
        Ok(RoleAccess {
            role,
            mode: one.access_mode,
        })
    });
    read.collect()
}

/// Names of the engine's fields in the bodies.
const FIELD_NAMES: &[(&str, &str)] = &[
    ("agent", "agentMemberId"),
    ("opening_message", "openingMessage"),
    ("role_access[1]", "memberRoleAccess[1]"),
    ("role_access[2]", "memberRoleAccess[2]"),
    ("role_access[3]", "memberRoleAccess[3]"),
];

/// Schema of an object, an array, or null.
fn permissions_schema() -> Object {
    let kinds = [Type::Object, Type::Array, Type::Null];
    ObjectBuilder::new()
        .schema_type(SchemaType::from_iter(kinds))
        .build()
}
