//! `GET /assignments/{assignment_id}/cel-context`: the variables of the workflow's expressions.

use axum::extract::State;
use axum::response::Response;
use parlor_engine::{assignment, member};
use parlor_kit::route::{Route, get};
use parlor_kit::{AppState, PathParams};
use parlor_model::member::MemberKey;
use parlor_model::workflow::{Assignment, WorkflowDraft};
use serde::Serialize;
use serde_json::{Map, Value};
use utoipa::ToSchema;

use super::{AssignmentResponse, NO_ASSIGNMENT, VENDOR_PAGE};
use crate::HandlerError;
use crate::auth::Caller;
use crate::documented::{NO_SCOPE, workspace_path};
use crate::error::ErrorResponse;
use crate::ids::parse_key;
use crate::member::{MemberResponse, render_member};
use crate::respond::ok_json;

/// What an expression may name.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct CelContext {
    assignment: AssignmentResponse,
    /// For whom it is. Null for a caller that may not see the member.
    member: Option<MemberResponse>,
    workflow: CelWorkflow,
    /// The present step; null where there is none.
    #[schema(value_type = Option<Object>)]
    task: Option<Map<String, Value>>,
}

/// The workflow as the assignment runs it.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct CelWorkflow {
    id: i64,
    slug: String,
    name: String,
    /// Null where it runs the draft.
    version_number: Option<i64>,
    task_count: usize,
}

impl CelWorkflow {
    fn from_draft(assignment: &Assignment, draft: &WorkflowDraft) -> Self {
        Self {
            id: assignment.workflow,
            slug: draft.slug.clone(),
            name: draft.name.clone(),
            version_number: assignment.workflow_version,
            task_count: draft.tasks.len(),
        }
    }
}

/// Declares the route.
pub(crate) fn route() -> Route {
    get(
        workspace_path!("/assignments/{assignment}/cel-context"),
        handle,
    )
    .doc(
        "Gets what expressions of the workflow may name",
        VENDOR_PAGE,
    )
    .responds::<CelContext>(200, "The context.")
    .errors::<ErrorResponse>(&[NO_SCOPE, NO_ASSIGNMENT])
}

/// The caller's own assignment, or any with `assignments:read`. Another member's `member` needs `members:read` as well.
async fn handle(
    State(app): State<AppState>,
    Caller(ctx): Caller,
    params: PathParams,
) -> Result<Response, HandlerError> {
    let key = parse_key(params.get("assignment"))?;
    let (found, draft) = assignment::find_with_draft(&app.engine, &ctx, key).await?;
    let member_key = MemberKey::Number(found.member.number);
    let member = match member::find(&app.engine, &ctx, member_key).await.ok() {
        None => None,
        Some(found) => Some(render_member(&app, &ctx, found.member).await?),
    };
    let index = found
        .current_task
        .and_then(|task| usize::try_from(task - 1).ok());
    let task = index.and_then(|index| draft.tasks.get(index));
    let context = CelContext {
        assignment: AssignmentResponse::from_assignment(&found),
        member,
        workflow: CelWorkflow::from_draft(&found, &draft),
        task: task.and_then(Value::as_object).cloned(),
    };
    Ok(ok_json(&context))
}
