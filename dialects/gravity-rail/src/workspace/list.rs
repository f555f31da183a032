//! `GET /api/v2/w`, after developer/guides/getting-started-integration: the caller's workspaces.

use axum::extract::State;
use axum::response::Response;
use parlor_kit::AppState;
use parlor_kit::route::{Route, get};
use parlor_model::workspace::ListShape;
use serde::Serialize;
use utoipa::ToSchema;

use super::{WorkspaceResponse, render_workspace};
use crate::auth::AnyWorkspaceCaller;
use crate::documented::GETTING_STARTED_PAGE;
use crate::{HandlerError, page};

/// A page of workspaces, which is all of them.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct WorkspacesPage {
    items: Vec<WorkspaceResponse>,
    total: i64,
    page: i64,
    page_size: i64,
    total_pages: i64,
}

/// The caller's workspaces.
#[derive(Serialize, ToSchema)]
#[serde(untagged)]
#[schema(as = Workspaces)]
enum ListWorkspacesResponse {
    /// Unless all lists of the caller's first workspace are pages.
    Array(Vec<WorkspaceResponse>),
    /// Where they are.
    Page(WorkspacesPage),
}

/// Declares the route.
pub(crate) fn route() -> Route {
    get("/api/v2/w", handle)
        .doc("Lists the caller's workspaces", GETTING_STARTED_PAGE)
        .responds::<ListWorkspacesResponse>(200, "The workspaces.")
}

/// The workspaces that the credential opens.
async fn handle(
    State(app): State<AppState>,
    AnyWorkspaceCaller(contexts): AnyWorkspaceCaller,
) -> Result<Response, HandlerError> {
    let mut workspaces = Vec::with_capacity(contexts.len());
    for ctx in &contexts {
        workspaces.push(render_workspace(&app, ctx).await?);
    }
    let total = i64::try_from(workspaces.len()).unwrap_or_default();
    let shape = match contexts.first() {
        Some(ctx) => page::find_list_shape(&app, ctx).await?,
        None => ListShape::Documented,
    };
    let list = match shape {
        ListShape::Documented | ListShape::Array => ListWorkspacesResponse::Array(workspaces),
        ListShape::Envelope => {
            let page = page::PageQuery::unpaged();
            ListWorkspacesResponse::Page(WorkspacesPage {
                items: workspaces,
                total,
                page: page.page,
                page_size: page.size,
                total_pages: page.page_count(total),
            })
        }
    };
    Ok(page::list_response(&list, total))
}
