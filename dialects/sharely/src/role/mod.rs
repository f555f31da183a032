//! Custom roles, and their selection by the fields of a body.

pub(crate) mod create;
pub(crate) mod delete;
pub(crate) mod get;
pub(crate) mod list;
pub(crate) mod rbac;
pub(crate) mod update;

use parlor_kit::AppState;
use parlor_kit::ids::{format_uuid, parse_uuid};
use parlor_kit::time::format_iso;
use parlor_model::custom_role::{CustomRole, CustomRoleKey};
use parlor_model::error::EntityKind;
use parlor_model::{Ctx, Error, Result};
use serde::Serialize;
use utoipa::ToSchema;

/// Documented error of a `customerRoleId` that another role has.
const CUSTOMER_ROLE_ID_EXISTS: (u16, &str) = (409, "Another role has this customerRoleId.");

/// A role. After `api-reference/roles/create`.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Role)]
pub(crate) struct RoleResponse {
    id: String,
    name: String,
    description: Option<String>,
    /// The customer's own id for it.
    customer_role_id: Option<String>,
    created_at: String,
    updated_at: String,
}

/// A role that was made or changed. After `api-reference/roles/create`.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Worked)]
pub(crate) struct RoleChangeResponse {
    /// A fresh id for work that is done already.
    workflow_id: String,
    role: RoleResponse,
}

impl From<CustomRole> for RoleResponse {
    fn from(role: CustomRole) -> Self {
        Self {
            id: format_uuid(role.id),
            name: role.name,
            description: role.description,
            customer_role_id: role.customer_id,
            created_at: format_iso(role.created_at),
            updated_at: format_iso(role.updated_at),
        }
    }
}

impl RoleChangeResponse {
    fn new(app: &AppState, role: CustomRole) -> Self {
        Self {
            workflow_id: new_workflow_id(app),
            role: role.into(),
        }
    }
}

/// Returns a random id. The vendor processes role changes in the background under such an id; here they are complete
/// when the response is sent.
fn new_workflow_id(app: &AppState) -> String {
    app.engine.random_uuid().hyphenated().to_string()
}

/// Finds the role that a body selects by `roleId` or `customerRoleId`.
///
/// # Errors
/// `Malformed` if both are given, `Invalid` for a malformed id, `NotFound` for an unknown role.
pub(crate) async fn find_selected_role(
    app: &AppState,
    ctx: &Ctx,
    role_id: Option<&str>,
    customer_role_id: Option<&str>,
) -> Result<Option<CustomRole>> {
    let key = match (role_id, customer_role_id) {
        (None, None) => return Ok(None),
        (Some(_), Some(_)) => {
            return Err(Error::malformed(
                "Provide only one of roleId or customerRoleId",
            ));
        }
        (Some(id), None) => {
            let id = parse_uuid(id).ok_or_else(|| Error::invalid("roleId", "must be a UUID"))?;
            CustomRoleKey::Id(id)
        }
        (None, Some(name)) => CustomRoleKey::Customer(validated_customer_id(name)?),
    };
    parlor_engine::custom_role::find_for_session(&app.engine, ctx, key)
        .await?
        .map(Some)
        .ok_or_else(|| Error::not_found(EntityKind::Role))
}

/// Returns the customer's own id of a role if it has the vendor's form.
fn validated_customer_id(name: &str) -> Result<String> {
    let is_allowed = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
    if name.is_empty() || name.len() > 255 || !name.bytes().all(is_allowed) {
        return Err(Error::invalid(
            "customerRoleId",
            "must be 1 to 255 letters, digits, hyphens and underscores",
        ));
    }
    Ok(name.to_owned())
}
