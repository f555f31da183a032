//! `GET /assignments`, after developer/api/workspace/assignments.

use axum::extract::State;
use axum::response::Response;
use parlor_engine::{assignment, member, workflow};
use parlor_kit::{App, Query};
use parlor_model::workflow::{AssignmentFilter, AssignmentStatus};

use super::AssignmentResponse;
use crate::auth::Caller;
use crate::question::{invalid, order, reference};
use crate::{Fail, page};

page::page! {
    /// A page of assignments.
    AssignmentsPage of AssignmentResponse as Assignments
}

/// Nobody's number: what names nobody matches nothing.
const NOBODY: i64 = 0;

/// The caller's own, or with `assignments:read` those of the workspace.
pub(crate) async fn handle(
    State(app): State<App>,
    Caller(ctx): Caller,
    query: Query,
) -> Result<Response, Fail> {
    let asked = page::Asked::read(&query)?;
    let order = order(&query)?;
    if !matches!(query.get("sortBy"), None | Some("createdAt")) {
        return Err(invalid("sortBy", "must be createdAt").into());
    }
    let mut filter = AssignmentFilter::default();
    if let Some(text) = query.get("status") {
        let rule = "must be one of active, completed, cancelled";
        let status = AssignmentStatus::parse(text);
        filter.status = Some(status.ok_or_else(|| invalid("status", rule))?);
    }
    let named = |name| {
        query
            .get(name)
            .map(|text| reference(name, text))
            .transpose()
    };
    let (for_member, of_workflow) = (named("memberId")?, named("workflowId")?);
    if let Some(reference) = for_member {
        let found = member::number(&app.engine, &ctx, reference.member()).await?;
        filter.member = Some(found.unwrap_or(NOBODY));
    }
    if let Some(reference) = of_workflow {
        let found = workflow::number(&app.engine, &ctx, reference.locator()).await?;
        filter.workflow = Some(found.unwrap_or(NOBODY));
    }
    let (limit, offset) = (asked.size, asked.offset());
    let (rows, total) = assignment::list(&app.engine, &ctx, filter, order, limit, offset).await?;
    let assignments = rows.iter().map(AssignmentResponse::of).collect();
    Ok(AssignmentsPage::of(asked, assignments, total)
        .answer(&app, &ctx)
        .await?)
}
