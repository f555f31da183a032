//! `GET /workflows`.

use axum::extract::State;
use axum::response::Response;
use parlor_engine::workflow;
use parlor_kit::{App, Query};

use super::WorkflowResponse;
use crate::auth::Caller;
use crate::question::either;
use crate::{Fail, page};

page::page! {
    /// A page of workflows.
    WorkflowsPage of WorkflowResponse as Workflows
}

/// Oldest first; archived ones apart. Asks for `workflows:read`.
pub(crate) async fn handle(
    State(app): State<App>,
    Caller(ctx): Caller,
    query: Query,
) -> Result<Response, Fail> {
    let asked = page::Asked::read(&query)?;
    let archived = either(&query, "isArchived", "is_archived")?.unwrap_or(false);
    let (rows, total) =
        workflow::page(&app.engine, &ctx, archived, asked.size, asked.offset()).await?;
    let workflows = rows.into_iter().map(WorkflowResponse::of).collect();
    Ok(WorkflowsPage::of(asked, workflows, total)
        .answer(&app, &ctx)
        .await?)
}
