//! `PUT /v1/workspaces/{workspace}/rbac-status`, after the pages `api-reference/roles` and `api-reference/workspace`:
//! whether agent threads ask for a token that carries a role.

use axum::extract::State;
use axum::response::Response;
use http::HeaderMap;
use parlor_engine::workspace;
use parlor_kit::body::typed;
use parlor_kit::{App, Fail, Payload};
use parlor_model::workspace::UpdateWorkspace;
use parlor_model::{Error, Result};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::auth::Caller;
use crate::{Sharely, body, reply};

/// The body; one of the two, and where both are given they must agree. After `api-reference/roles` and
/// `api-reference/workspace`.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = SetRbac)]
pub(crate) struct Status {
    /// Whether roles count.
    rbac_enabled: Option<bool>,
    /// The same as a word.
    rbac_status: Option<Word>,
}

/// Whether roles count.
#[derive(Clone, Copy, PartialEq, Eq, Deserialize, Serialize, ToSchema)]
#[serde(rename_all = "UPPERCASE")]
#[schema(as = RbacStatus)]
pub(crate) enum Word {
    Active,
    Inactive,
}

impl Word {
    pub(crate) const fn of(is_active: bool) -> Self {
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
pub(crate) struct Set {
    rbac_enabled: bool,
    rbac_status: Word,
}

pub(crate) async fn handle(
    State(app): State<App>,
    caller: Caller,
    headers: HeaderMap,
    payload: Payload,
) -> Result<Response, Fail<Sharely>> {
    caller.reaches_workspace()?;
    let status: Status = typed(body::read(&headers, payload).await?.map)?;
    let rbac_enabled = wanted(&status)?;
    let change = UpdateWorkspace {
        require_roles: Some(rbac_enabled),
        ..UpdateWorkspace::default()
    };
    workspace::update(&app.engine, &caller.ctx, change).await?;
    Ok(reply::ok(&Set {
        rbac_enabled,
        rbac_status: Word::of(rbac_enabled),
    }))
}

fn wanted(status: &Status) -> Result<bool> {
    let word = status.rbac_status.map(|word| word == Word::Active);
    match (status.rbac_enabled, word) {
        (Some(one), Some(other)) if one != other => Err(Error::malformed(
            "rbacEnabled and rbacStatus contradict each other",
        )),
        (Some(wanted), _) | (None, Some(wanted)) => Ok(wanted),
        (None, None) => Err(Error::malformed("Provide rbacEnabled or rbacStatus")),
    }
}
