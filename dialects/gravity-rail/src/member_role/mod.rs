//! Roles: the three that every workspace has, and the workspace's own. The vendor's own roles hold scopes; here they
//! are names that sessions carry, and scopes beyond the built-in roles are granted to members individually.

pub(crate) mod create;
pub(crate) mod delete;
pub(crate) mod get;
pub(crate) mod list;
pub(crate) mod update;

use parlor_engine::custom_role;
use parlor_kit::AppState;
use parlor_model::access::WorkspaceRole;
use parlor_model::custom_role::{CustomRole, CustomRoleKey};
use parlor_model::error::EntityKind;
use parlor_model::{Ctx, Error, Id, Result};
use serde::Serialize;
use utoipa::ToSchema;

use crate::documented::DocumentedError;
use crate::ids::{self, EntityRef};
use crate::member::{role, scope_names};

const NO_ROLE: DocumentedError = (404, "No such role.");
const ID_TAKEN: DocumentedError = (409, "The external id is another role's.");
const BUILT_IN: DocumentedError = (400, "A field does not fit, or the role is built in.");

/// Offset of the ids of own roles, which keeps them apart from ids of built-in roles (`memberRoleId`).
const OWN_ROLE_ID_OFFSET: i64 = 100;

/// A role in the workspace.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct MemberRoleResponse {
    /// What members have as `memberRoleId`; from 101 for the workspace's own.
    id: i64,
    /// The workspace's own roles have one.
    uuid: Option<String>,
    /// `owner`, `manager` or `user`, or what the workspace calls its own.
    name: String,
    description: Option<String>,
    /// The customer's own id for it.
    external_id: Option<String>,
    /// What comes with it: nothing with the workspace's own.
    scopes: Vec<String>,
    /// Every workspace has it, and nobody changes it.
    is_built_in: bool,
    /// Whether members can be given it.
    is_grantable: bool,
}

fn render_built_in(role: WorkspaceRole) -> MemberRoleResponse {
    let description = match role {
        WorkspaceRole::Owner => "May do everything, and is nobody's to change.",
        WorkspaceRole::Manager => "May do everything that can be granted.",
        WorkspaceRole::User => "Sees the agents, and what is its own.",
    };
    MemberRoleResponse {
        id: role::to_id(role),
        uuid: None,
        name: role.as_str().to_owned(),
        description: Some(description.to_owned()),
        external_id: None,
        scopes: scope_names(role.scopes()),
        is_built_in: true,
        is_grantable: role != WorkspaceRole::Owner,
    }
}

fn render_own(role: CustomRole) -> MemberRoleResponse {
    MemberRoleResponse {
        id: OWN_ROLE_ID_OFFSET + role.number,
        uuid: Some(ids::format_uuid(role.id)),
        name: role.name,
        description: role.description,
        external_id: role.customer_id,
        scopes: Vec::new(),
        is_built_in: false,
        is_grantable: false,
    }
}

/// The role that a path refers to.
enum RoleRef {
    BuiltIn(WorkspaceRole),
    Own(CustomRole),
}

/// Finds the role of a path. An own role requires `admin:read`.
async fn find(app: &AppState, ctx: &Ctx, text: &str) -> Result<RoleRef> {
    let missing = || Error::not_found(EntityKind::Role);
    match EntityRef::from_path(text, EntityKind::Role)? {
        EntityRef::Id(id) => {
            let found = custom_role::find(&app.engine, ctx, CustomRoleKey::Id(Id::new(id))).await?;
            Ok(RoleRef::Own(found))
        }
        EntityRef::Number(number) => {
            if let Some(found) = role::from_id(number) {
                return Ok(RoleRef::BuiltIn(found));
            }
            let all = custom_role::list(&app.engine, ctx).await?;
            let has_number =
                |role: &CustomRole| Some(role.number) == number.checked_sub(OWN_ROLE_ID_OFFSET);
            let found = all.into_iter().find(has_number);
            found.map(RoleRef::Own).ok_or_else(missing)
        }
    }
}

/// Finds an own role for a change.
///
/// # Errors
/// `Invalid` if the role is built in.
async fn find_own(app: &AppState, ctx: &Ctx, text: &str) -> Result<CustomRole> {
    match find(app, ctx, text).await? {
        RoleRef::Own(role) => Ok(role),
        RoleRef::BuiltIn(_) => Err(Error::invalid("role", "is built in and never changes")),
    }
}
