//! `POST /assignments`: runs a workflow without a chat. A chat that runs a workflow has an assignment of its own.
//!
//! The vendor requires permission to use the workflow. Here every member may start a chat with any workflow of the
//! workspace, so none is required; an assignment for another member requires `assignments:write`.

use axum::extract::State;
use axum::response::Response;
use parlor_engine::assignment;
use parlor_kit::route::{Route, post};
use parlor_kit::{AppState, RequestBody};
use parlor_model::workflow::CreateAssignment;
use parlor_model::{Error, Result};
use serde::Deserialize;
use utoipa::ToSchema;

use super::{AssignmentResponse, VENDOR_PAGE};
use crate::auth::Caller;
use crate::documented::{BAD_BODY, NO_SCOPE, TOO_LARGE, workspace_path};
use crate::error::ErrorResponse;
use crate::ids::EntityRef;
use crate::respond::ok_json;
use crate::{HandlerError, body};

/// What to make an assignment of.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct CreateAssignmentRequest {
    /// The workflow to run.
    workflow_id: EntityRef,
    /// A published version of that workflow; the active one by default, the draft where none is active.
    #[schema(minimum = 1)]
    workflow_version_number: Option<i64>,
    /// For whom; the caller by default.
    member_id: Option<EntityRef>,
}

/// Declares the route.
pub(crate) fn route() -> Route {
    post(workspace_path!("/assignments"), handle)
        .doc("Creates an assignment without a chat", VENDOR_PAGE)
        .body::<CreateAssignmentRequest>()
        .responds::<AssignmentResponse>(200, "The assignment.")
        .errors::<ErrorResponse>(&[
            BAD_BODY,
            NO_SCOPE,
            (404, "Something it refers to is not there."),
            TOO_LARGE,
        ])
}

/// No scope for the caller's own assignment; `assignments:write` for another member's.
async fn handle(
    State(app): State<AppState>,
    Caller(ctx): Caller,
    payload: RequestBody,
) -> Result<Response, HandlerError> {
    let command = build_command(&body::parse(payload).await?)?;
    let created = assignment::create(&app.engine, &ctx, command).await?;
    Ok(ok_json(&AssignmentResponse::from_assignment(&created)))
}

fn build_command(request: &CreateAssignmentRequest) -> Result<CreateAssignment> {
    if request
        .workflow_version_number
        .is_some_and(|version| version < 1)
    {
        let field = "workflowVersionNumber";
        return Err(Error::invalid(field, "must be at least 1"));
    }
    Ok(CreateAssignment {
        workflow: request.workflow_id.to_id_or_number(),
        workflow_version: request.workflow_version_number,
        member: request.member_id.map(EntityRef::to_member_key),
    })
}
