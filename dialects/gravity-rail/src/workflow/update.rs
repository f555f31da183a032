//! `PUT /workflows/{workflow_uuid}`: changes the draft.

use axum::extract::State;
use axum::response::Response;
use http::StatusCode;
use parlor_engine::workflow;
use parlor_kit::{App, Params, Payload, body::present, reply};
use parlor_model::scope::{Resource, Scope};
use parlor_model::workflow::UpdateWorkflow;
use serde::Deserialize;
use serde_json::Value;
use utoipa::ToSchema;

use super::{MemberRoleAccess, NAMES, WorkflowResponse, key, role_access};
use crate::auth::Caller;
use crate::ids::Reference;
use crate::{Fail, body};

/// What to change of a workflow; what is left out stays.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct UpdateWorkflowRequest {
    #[schema(min_length = 1, max_length = 255, pattern = r"[^\s\x85]")]
    name: Option<String>,
    #[schema(max_length = 64, pattern = "^[a-z0-9]+(-[a-z0-9]+)*$")]
    slug: Option<String>,
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<String>, max_length = 10_000)]
    description: Option<Option<String>>,
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<Reference>)]
    agent_member_id: Option<Option<Reference>>,
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<Reference>)]
    default_phone_number_id: Option<Option<Reference>>,
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<Reference>)]
    default_inbox_id: Option<Option<Reference>>,
    #[schema(value_type = Option<Vec<Object>>, max_items = 200)]
    tasks: Option<Vec<Value>>,
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<String>, max_length = 10_000)]
    opening_message: Option<Option<String>>,
    is_archived: Option<bool>,
    /// The same; `isArchived` goes first.
    archived: Option<bool>,
    #[serde(default, deserialize_with = "present")]
    #[schema(schema_with = super::permissions_schema, required = false)]
    permissions: Option<Option<Value>>,
    /// Replaces all of it; each role at most once.
    #[schema(max_items = 3)]
    member_role_access: Option<Vec<MemberRoleAccess>>,
}

/// Asks for `workflows:write`.
pub(crate) async fn handle(
    State(app): State<App>,
    Caller(ctx): Caller,
    params: Params,
    payload: Payload,
) -> Result<Response, Fail> {
    let request: UpdateWorkflowRequest = body::read(payload).await?;
    ctx.require(Scope::write(Resource::Workflows))?;
    let key = key(params.get("workflow"))?;
    let command = UpdateWorkflow {
        name: request.name,
        slug: request.slug,
        agent: request.agent_member_id.map(|id| id.map(Reference::member)),
        default_phone_number: request
            .default_phone_number_id
            .map(|id| id.map(Reference::locator)),
        default_inbox: request
            .default_inbox_id
            .map(|id| id.map(Reference::locator)),
        tasks: request.tasks,
        description: request.description,
        opening_message: request.opening_message,
        archived: request.is_archived.or(request.archived),
        permissions: request.permissions,
        role_access: request.member_role_access.map(role_access).transpose()?,
    };
    let changed = workflow::update(&app.engine, &ctx, key, command).await;
    let changed = changed.map_err(|error| body::renamed(error, NAMES))?;
    Ok(reply::json(StatusCode::OK, &WorkflowResponse::of(changed)))
}
