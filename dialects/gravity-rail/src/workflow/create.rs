//! `POST /workflows`.

use axum::extract::State;
use axum::response::Response;
use parlor_engine::workflow;
use parlor_kit::route::{Route, post};
use parlor_kit::{AppState, RequestBody};
use parlor_model::scope::{Resource, Scope};
use parlor_model::workflow_commands::CreateWorkflow;
use serde::Deserialize;
use serde_json::Value;
use utoipa::ToSchema;

use super::{FIELD_NAMES, MemberRoleAccess, WorkflowResponse, parse_role_access};
use crate::auth::Caller;
use crate::documented::{BAD_BODY, NO_SCOPE, TOO_LARGE, workspace_path};
use crate::error::ErrorResponse;
use crate::ids::EntityRef;
use crate::respond::ok_json;
use crate::{HandlerError, body};

/// What to make a workflow of.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct CreateWorkflowRequest {
    /// 1 to 255 characters.
    #[schema(min_length = 1, max_length = 255, pattern = r"[^\s\x85]")]
    name: String,
    /// 1 to 64 of `a-z 0-9 -`; made of the name when absent.
    #[schema(max_length = 64, pattern = "^[a-z0-9]+(-[a-z0-9]+)*$")]
    slug: Option<String>,
    /// At most 10,000 characters.
    #[schema(max_length = 10_000)]
    description: Option<String>,
    agent_member_id: Option<EntityRef>,
    default_phone_number_id: Option<EntityRef>,
    default_inbox_id: Option<EntityRef>,
    /// At most 200 objects.
    #[schema(value_type = Option<Vec<Object>>, max_items = 200)]
    tasks: Option<Vec<Value>>,
    /// What its agent says first, at most 10,000 characters.
    #[schema(max_length = 10_000)]
    opening_message: Option<String>,
    /// An object or an array, at most 16 KiB; kept as it is.
    #[schema(schema_with = super::permissions_schema, required = false)]
    permissions: Option<Value>,
    /// Each role at most once; kept as it is.
    #[schema(max_items = 3)]
    member_role_access: Option<Vec<MemberRoleAccess>>,
}

/// Declares the route.
pub(crate) fn route() -> Route {
    post(workspace_path!("/workflows"), handle)
        .doc("Creates a workflow", "")
        .scope(Scope::write(Resource::Workflows))
        .body::<CreateWorkflowRequest>()
        .responds::<WorkflowResponse>(200, "The workflow.")
        .errors::<ErrorResponse>(&[
            BAD_BODY,
            NO_SCOPE,
            (404, "Something it refers to is not there."),
            (409, "The slug is taken."),
            TOO_LARGE,
        ])
}

async fn handle(
    State(app): State<AppState>,
    Caller(ctx): Caller,
    payload: RequestBody,
) -> Result<Response, HandlerError> {
    let request: CreateWorkflowRequest = body::parse(payload).await?;
    let command = CreateWorkflow {
        name: request.name,
        slug: request.slug,
        agent: request.agent_member_id.map(EntityRef::to_member_key),
        default_phone_number: request
            .default_phone_number_id
            .map(EntityRef::to_id_or_number),
        default_inbox: request.default_inbox_id.map(EntityRef::to_id_or_number),
        tasks: request.tasks.unwrap_or_default(),
        description: request.description,
        opening_message: request.opening_message,
        permissions: request.permissions,
        role_access: parse_role_access(request.member_role_access.unwrap_or_default())?,
    };
    let created = workflow::create(&app.engine, &ctx, command).await;
    let created = created.map_err(|error| body::rename_error_field(error, FIELD_NAMES))?;
    Ok(ok_json(&WorkflowResponse::from_workflow(created)))
}
