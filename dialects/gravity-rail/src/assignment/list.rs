//! `GET /assignments`.

use axum::extract::State;
use axum::response::Response;
use parlor_engine::{assignment, member, workflow};
use parlor_kit::route::ParameterKind::{Matching, OneOf};
use parlor_kit::route::{Route, get};
use parlor_kit::{AppState, QueryParams};
use parlor_model::workflow::{AssignmentFilter, AssignmentStatus};

use super::{AssignmentResponse, VENDOR_PAGE};
use crate::HandlerError;
use crate::auth::Caller;
use crate::documented::{BAD_QUERY, NO_SCOPE, workspace_path};
use crate::error::ErrorResponse;
use crate::ids::ENTITY_REF_PATTERN;
use crate::page::{PageQuery, PagedRoute, page};
use crate::query::{invalid_query_error, parse_reference, parse_sort_order};

page! {
    /// A page of assignments.
    AssignmentsPage of AssignmentResponse as Assignments
}

/// A member or workflow number that no row has: a filter by an unknown one matches nothing.
const NO_MATCH_NUMBER: i64 = 0;

/// Declares the route.
pub(crate) fn route() -> Route {
    get(workspace_path!("/assignments"), handle)
        .doc("Lists assignments", VENDOR_PAGE)
        .query(
            "memberId",
            Matching(ENTITY_REF_PATTERN),
            "Only those for this member.",
        )
        .query(
            "workflowId",
            Matching(ENTITY_REF_PATTERN),
            "Only those of this workflow.",
        )
        .query(
            "status",
            OneOf(&["active", "completed", "cancelled"]),
            "Only those that are there.",
        )
        .query("sortBy", OneOf(&["createdAt"]), "`createdAt`.")
        .query("sortOrder", OneOf(&["desc", "asc"]), "`desc` by default.")
        .responds_page::<Assignments>("A page of assignments.")
        .errors::<ErrorResponse>(&[BAD_QUERY, NO_SCOPE])
}

/// The caller's own assignments, or with `assignments:read` those of the workspace.
async fn handle(
    State(app): State<AppState>,
    Caller(ctx): Caller,
    query: QueryParams,
) -> Result<Response, HandlerError> {
    let page = PageQuery::from_query(&query)?;
    let order = parse_sort_order(&query)?;
    if !matches!(query.get("sortBy"), None | Some("createdAt")) {
        return Err(invalid_query_error("sortBy", "must be createdAt").into());
    }
    let mut filter = AssignmentFilter::default();
    if let Some(text) = query.get("status") {
        let rule = "must be one of active, completed, cancelled";
        let status = AssignmentStatus::from_name(text);
        filter.status = Some(status.ok_or_else(|| invalid_query_error("status", rule))?);
    }
    let reference_param = |name| {
        query
            .get(name)
            .map(|text| parse_reference(name, text))
            .transpose()
    };
    let (member_ref, workflow_ref) = (reference_param("memberId")?, reference_param("workflowId")?);
    if let Some(reference) = member_ref {
        let found = member::find_number(&app.engine, &ctx, reference.to_member_key()).await?;
        filter.member = Some(found.unwrap_or(NO_MATCH_NUMBER));
    }
    if let Some(reference) = workflow_ref {
        let found = workflow::find_number(&app.engine, &ctx, reference.to_id_or_number()).await?;
        filter.workflow = Some(found.unwrap_or(NO_MATCH_NUMBER));
    }
    let (limit, offset) = (page.size, page.offset());
    let (rows, total) = assignment::list(&app.engine, &ctx, filter, order, limit, offset).await?;
    let assignments = rows
        .iter()
        .map(AssignmentResponse::from_assignment)
        .collect();
    Ok(AssignmentsPage::new(page, assignments, total)
        .into_response(&app, &ctx)
        .await?)
}
