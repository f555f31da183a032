//! `GET /workflows`.

use axum::extract::State;
use axum::response::Response;
use http::StatusCode;
use parlor_engine::workflow;
use parlor_kit::{App, Query, reply};

use super::WorkflowResponse;
use crate::auth::Caller;
use crate::question::either;
use crate::{Fail, page};

page::page! {
    /// A page of workflows.
    Workflows of WorkflowResponse
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
    Ok(reply::json(
        StatusCode::OK,
        &Workflows::of(asked, workflows, total),
    ))
}
