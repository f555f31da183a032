//! `PUT /v1/workspaces/{workspace}/rbac-status`, after the pages `api-reference/roles` and `api-reference/workspace`:
//! whether agent threads ask for a token that carries a role.

use axum::extract::State;
use axum::response::Response;
use http::HeaderMap;
use parlor_engine::workspace;
use parlor_kit::request_body::deserialize_map;
use parlor_kit::{AppState, DialectError, RequestBody};
use parlor_model::workspace::UpdateWorkspace;
use parlor_model::{Error, Result};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::auth::Caller;
use crate::{Sharely, body, response};

/// The body; one of the two, and where both are given they must agree. After `api-reference/roles` and
/// `api-reference/workspace`.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = SetRbac)]
pub(crate) struct SetRbacRequest {
    /// Whether roles count.
    rbac_enabled: Option<bool>,
    /// The same as a word.
    rbac_status: Option<RbacStatus>,
}

/// Whether roles count.
#[derive(Clone, Copy, PartialEq, Eq, Deserialize, Serialize, ToSchema)]
#[serde(rename_all = "UPPERCASE")]
pub(crate) enum RbacStatus {
    Active,
    Inactive,
}

impl RbacStatus {
    pub(crate) const fn from_bool(is_active: bool) -> Self {
        if is_active {
            Self::Active
        } else {
            Self::Inactive
        }
    }
}

/// What holds from now on.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Rbac)]
pub(crate) struct RbacResponse {
    rbac_enabled: bool,
    rbac_status: RbacStatus,
}

pub(crate) async fn handle(
    State(app): State<AppState>,
    caller: Caller,
    headers: HeaderMap,
    payload: RequestBody,
) -> Result<Response, DialectError<Sharely>> {
    caller.require_workspace_token()?;
    let status: SetRbacRequest =
        deserialize_map(body::read_json_body(&headers, payload).await?.map)?;
    let rbac_enabled = requested_state(&status)?;
    let change = UpdateWorkspace {
        require_roles: Some(rbac_enabled),
        ..UpdateWorkspace::default()
    };
    workspace::update(&app.engine, &caller.ctx, change).await?;
    Ok(response::ok(&RbacResponse {
        rbac_enabled,
        rbac_status: RbacStatus::from_bool(rbac_enabled),
    }))
}

fn requested_state(status: &SetRbacRequest) -> Result<bool> {
    let word = status.rbac_status.map(|word| word == RbacStatus::Active);
    match (status.rbac_enabled, word) {
        (Some(one), Some(other)) if one != other => Err(Error::malformed(
            "rbacEnabled and rbacStatus contradict each other",
        )),
        (Some(wanted), _) | (None, Some(wanted)) => Ok(wanted),
        (None, None) => Err(Error::malformed("Provide rbacEnabled or rbacStatus")),
    }
}
