//! `PUT /workflows/{workflow_uuid}`: changes the draft.

use axum::extract::State;
use axum::response::Response;
use parlor_engine::workflow;
use parlor_kit::route::{Route, put};
use parlor_kit::{AppState, PathParams, RequestBody, request_body::double_option};
use parlor_model::scope::{Resource, Scope};
use parlor_model::workflow_commands::UpdateWorkflow;
use serde::Deserialize;
use serde_json::Value;
use utoipa::ToSchema;

use super::{FIELD_NAMES, MemberRoleAccess, WorkflowResponse, parse_role_access};
use crate::auth::Caller;
use crate::documented::{BAD_BODY, NO_SCOPE, TOO_LARGE, workspace_path};
use crate::error::ErrorResponse;
use crate::ids::EntityRef;
use crate::ids::parse_key;
use crate::respond::ok_json;
use crate::{HandlerError, body};

const SCOPE: Scope = Scope::write(Resource::Workflows);

/// What to change of a workflow; what is left out stays.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct UpdateWorkflowRequest {
    #[schema(min_length = 1, max_length = 255, pattern = r"[^\s\x85]")]
    name: Option<String>,
    #[schema(max_length = 64, pattern = "^[a-z0-9]+(-[a-z0-9]+)*$")]
    slug: Option<String>,
    #[serde(default, deserialize_with = "double_option")]
    #[schema(value_type = Option<String>, max_length = 10_000)]
    description: Option<Option<String>>,
    #[serde(default, deserialize_with = "double_option")]
    #[schema(value_type = Option<EntityRef>)]
    agent_member_id: Option<Option<EntityRef>>,
    #[serde(default, deserialize_with = "double_option")]
    #[schema(value_type = Option<EntityRef>)]
    default_phone_number_id: Option<Option<EntityRef>>,
    #[serde(default, deserialize_with = "double_option")]
    #[schema(value_type = Option<EntityRef>)]
    default_inbox_id: Option<Option<EntityRef>>,
    #[schema(value_type = Option<Vec<Object>>, max_items = 200)]
    tasks: Option<Vec<Value>>,
    #[serde(default, deserialize_with = "double_option")]
    #[schema(value_type = Option<String>, max_length = 10_000)]
    opening_message: Option<Option<String>>,
    is_archived: Option<bool>,
    /// The same; `isArchived` goes first.
    archived: Option<bool>,
    #[serde(default, deserialize_with = "double_option")]
    #[schema(schema_with = super::permissions_schema, required = false)]
    permissions: Option<Option<Value>>,
    /// Replaces all of it; each role at most once.
    #[schema(max_items = 3)]
    member_role_access: Option<Vec<MemberRoleAccess>>,
}

/// Declares the route.
pub(crate) fn route() -> Route {
    put(workspace_path!("/workflows/{workflow}"), handle)
        .doc("Updates a workflow's draft", "")
        .scope(SCOPE)
        .body::<UpdateWorkflowRequest>()
        .optional()
        .responds::<WorkflowResponse>(200, "The workflow as it is now.")
        .errors::<ErrorResponse>(&[
            BAD_BODY,
            NO_SCOPE,
            (
                404,
                "No such workflow, or something the body refers to is not there.",
            ),
            (409, "The slug is taken."),
            TOO_LARGE,
        ])
}

async fn handle(
    State(app): State<AppState>,
    Caller(ctx): Caller,
    params: PathParams,
    payload: RequestBody,
) -> Result<Response, HandlerError> {
    let request: UpdateWorkflowRequest = body::parse(payload).await?;
    ctx.require(SCOPE)?;
    let key = parse_key(params.get("workflow"))?;
    let command = UpdateWorkflow {
        name: request.name,
        slug: request.slug,
        agent: request
            .agent_member_id
            .map(|id| id.map(EntityRef::to_member_key)),
        default_phone_number: request
            .default_phone_number_id
            .map(|id| id.map(EntityRef::to_id_or_number)),
        default_inbox: request
            .default_inbox_id
            .map(|id| id.map(EntityRef::to_id_or_number)),
        tasks: request.tasks,
        description: request.description,
        opening_message: request.opening_message,
        archived: request.is_archived.or(request.archived),
        permissions: request.permissions,
        role_access: request
            .member_role_access
            .map(parse_role_access)
            .transpose()?,
    };
    let changed = workflow::update(&app.engine, &ctx, key, command).await;
    let changed = changed.map_err(|error| body::rename_error_field(error, FIELD_NAMES))?;
    Ok(ok_json(&WorkflowResponse::from_workflow(changed)))
}
