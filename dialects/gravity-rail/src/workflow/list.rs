//! `GET /workflows`.

use axum::extract::State;
use axum::response::Response;
use parlor_engine::workflow;
use parlor_kit::{AppState, QueryParams};

use super::WorkflowResponse;
use crate::auth::Caller;
use crate::query::parse_bool_alias;
use crate::{HandlerError, page};

page::page! {
    /// A page of workflows.
    WorkflowsPage of WorkflowResponse as Workflows
}

/// Oldest first; archived ones apart. Asks for `workflows:read`.
pub(crate) async fn handle(
    State(app): State<AppState>,
    Caller(ctx): Caller,
    query: QueryParams,
) -> Result<Response, HandlerError> {
    let asked = page::PageQuery::from_query(&query)?;
    let archived = parse_bool_alias(&query, "isArchived", "is_archived")?.unwrap_or(false);
    let (rows, total) =
        workflow::page(&app.engine, &ctx, archived, asked.size, asked.offset()).await?;
    let workflows = rows
        .into_iter()
        .map(WorkflowResponse::from_workflow)
        .collect();
    Ok(WorkflowsPage::of(asked, workflows, total)
        .answer(&app, &ctx)
        .await?)
}
