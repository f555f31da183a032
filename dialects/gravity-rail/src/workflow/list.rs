//! `GET /workflows`.

use axum::extract::State;
use axum::response::Response;
use parlor_engine::workflow;
use parlor_kit::route::ParameterKind::Boolean;
use parlor_kit::route::{Route, get};
use parlor_kit::{AppState, QueryParams};
use parlor_model::scope::{Resource, Scope};

use super::WorkflowResponse;
use crate::HandlerError;
use crate::auth::Caller;
use crate::documented::{BAD_QUERY, NO_SCOPE, workspace_path};
use crate::error::ErrorResponse;
use crate::page::{PageQuery, PagedRoute, page};
use crate::query::parse_bool_alias;

page! {
    /// A page of workflows.
    WorkflowsPage of WorkflowResponse as Workflows
}

/// Declares the route.
pub(crate) fn route() -> Route {
    get(workspace_path!("/workflows"), handle)
        .doc("Lists workflows", "")
        .scope(Scope::read(Resource::Workflows))
        .query(
            "isArchived",
            Boolean,
            "Archived workflows instead of the others.",
        )
        .responds_page::<Workflows>("A page of workflows.")
        .errors::<ErrorResponse>(&[BAD_QUERY, NO_SCOPE])
}

/// Oldest first. `isArchived` lists archived workflows instead of the others.
async fn handle(
    State(app): State<AppState>,
    Caller(ctx): Caller,
    query: QueryParams,
) -> Result<Response, HandlerError> {
    let page = PageQuery::from_query(&query)?;
    let archived = parse_bool_alias(&query, "isArchived", "is_archived")?.unwrap_or(false);
    let (rows, total) =
        workflow::page(&app.engine, &ctx, archived, page.size, page.offset()).await?;
    let workflows = rows
        .into_iter()
        .map(WorkflowResponse::from_workflow)
        .collect();
    Ok(WorkflowsPage::new(page, workflows, total)
        .into_response(&app, &ctx)
        .await?)
}
