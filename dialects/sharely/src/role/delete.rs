//! `DELETE /v1/workspaces/{workspace}/role/{role}`, after the page `api-reference/roles/delete`. Tokens that carry the
//! role are no good any more.

use axum::extract::State;
use axum::response::Response;
use parlor_engine::role;
use parlor_kit::{App, Fail, Params};
use serde::Serialize;
use utoipa::ToSchema;

use crate::auth::Caller;
use crate::{Sharely, ids, reply};

/// A role is gone. After `api-reference/roles/delete`.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Deleted {
    /// A fresh id for work that is done already.
    workflow_id: String,
    message: &'static str,
}

pub(crate) async fn handle(
    State(app): State<App>,
    caller: Caller,
    params: Params,
) -> Result<Response, Fail<Sharely>> {
    caller.reaches_workspace()?;
    role::delete(&app.engine, &caller.ctx, ids::role(&params)?).await?;
    Ok(reply::ok(&Deleted {
        workflow_id: super::workflow(&app),
        message: "Role deleted",
    }))
}
