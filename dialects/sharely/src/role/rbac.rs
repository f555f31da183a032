//! `PUT /v1/workspaces/{workspace}/rbac-status`, after the pages `api-reference/roles` and `api-reference/workspace`:
//! sets whether agent threads require a token with a role.

use axum::extract::State;
use axum::response::Response;
use http::HeaderMap;
use parlor_engine::workspace;
use parlor_kit::request_body::deserialize_map;
use parlor_kit::route::{Route, put};
use parlor_kit::{AppState, RequestBody};
use parlor_model::scope::{Resource, Scope};
use parlor_model::workspace::UpdateWorkspace;
use parlor_model::{Error, Result};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::auth::Caller;
use crate::documented::{PAYLOAD_TOO_LARGE, organization_required};
use crate::error::ErrorResponse;
use crate::{HandlerError, body, response};

/// The body; one of the two, and where both are given they must agree. After `api-reference/roles` and
/// `api-reference/workspace`.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = SetRbac)]
struct SetRbacRequest {
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
struct RbacResponse {
    rbac_enabled: bool,
    rbac_status: RbacStatus,
}

/// Declares the route.
pub(crate) fn route() -> Route {
    organization_required(put("/v1/workspaces/{workspace}/rbac-status", handle))
        .doc(
            "Whether agent threads ask for a token that carries a role.",
            "api-reference/workspace",
        )
        .scope(Scope::write(Resource::Admin))
        .body::<SetRbacRequest>()
        .example(r#"{"rbacEnabled":true}"#)
        .responds::<RbacResponse>(200, "What holds from now on.")
        .errors::<ErrorResponse<'_>>(&[PAYLOAD_TOO_LARGE])
}

async fn handle(
    State(app): State<AppState>,
    caller: Caller,
    headers: HeaderMap,
    payload: RequestBody,
) -> Result<Response, HandlerError> {
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
    let by_status = status
        .rbac_status
        .map(|status| status == RbacStatus::Active);
    match (status.rbac_enabled, by_status) {
        (Some(flag), Some(by_status)) if flag != by_status => Err(Error::malformed(
            "rbacEnabled and rbacStatus contradict each other",
        )),
        (Some(is_active), _) | (None, Some(is_active)) => Ok(is_active),
        (None, None) => Err(Error::malformed("Provide rbacEnabled or rbacStatus")),
    }
}
