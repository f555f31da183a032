//! `GET /assignments`, after developer/api/workspace/assignments.

use axum::extract::State;
use axum::response::Response;
use parlor_engine::{assignment, member, workflow};
use parlor_kit::{AppState, QueryParams};
use parlor_model::workflow::{AssignmentFilter, AssignmentStatus};

use super::AssignmentResponse;
use crate::auth::Caller;
use crate::query::{invalid_query_error, parse_reference, parse_sort_order};
use crate::{HandlerError, page};

page::page! {
    /// A page of assignments.
    AssignmentsPage of AssignmentResponse as Assignments
}

/// Nobody's number: what names nobody matches nothing.
const NO_MATCH_NUMBER: i64 = 0;

/// The caller's own, or with `assignments:read` those of the workspace.
pub(crate) async fn handle(
    State(app): State<AppState>,
    Caller(ctx): Caller,
    query: QueryParams,
) -> Result<Response, HandlerError> {
    let asked = page::PageQuery::from_query(&query)?;
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
    let named = |name| {
        query
            .get(name)
            .map(|text| parse_reference(name, text))
            .transpose()
    };
    let (for_member, of_workflow) = (named("memberId")?, named("workflowId")?);
    if let Some(reference) = for_member {
        let found = member::find_number(&app.engine, &ctx, reference.to_member_key()).await?;
        filter.member = Some(found.unwrap_or(NO_MATCH_NUMBER));
    }
    if let Some(reference) = of_workflow {
        let found = workflow::find_number(&app.engine, &ctx, reference.to_id_or_number()).await?;
        filter.workflow = Some(found.unwrap_or(NO_MATCH_NUMBER));
    }
    let (limit, offset) = (asked.size, asked.offset());
    let (rows, total) = assignment::list(&app.engine, &ctx, filter, order, limit, offset).await?;
    let assignments = rows
        .iter()
        .map(AssignmentResponse::from_assignment)
        .collect();
    Ok(AssignmentsPage::of(asked, assignments, total)
        .answer(&app, &ctx)
        .await?)
}
