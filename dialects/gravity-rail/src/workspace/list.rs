//! `GET /api/v2/w`, after developer/guides/getting-started-integration: the caller's workspaces.

use axum::extract::State;
use axum::response::Response;
use parlor_kit::App;
use parlor_model::workspace::ListShape;
use serde::Serialize;
use utoipa::ToSchema;

use super::{WorkspaceResponse, shown};
use crate::auth::Visitor;
use crate::{Fail, page};

/// A page of workspaces, which is all of them.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct WorkspacesPage {
    items: Vec<WorkspaceResponse>,
    total: i64,
    page: i64,
    page_size: i64,
    total_pages: i64,
}

/// The caller's workspaces.
#[derive(Serialize, ToSchema)]
#[serde(untagged)]
pub(crate) enum Workspaces {
    /// Unless all lists of the caller's first workspace are pages.
    Array(Vec<WorkspaceResponse>),
    /// Where they are.
    Page(WorkspacesPage),
}

/// Those that the credential opens.
pub(crate) async fn handle(
    State(app): State<App>,
    Visitor(opened): Visitor,
) -> Result<Response, Fail> {
    let mut workspaces = Vec::with_capacity(opened.len());
    for ctx in &opened {
        workspaces.push(shown(&app, ctx).await?);
    }
    let total = i64::try_from(workspaces.len()).unwrap_or_default();
    let shape = match opened.first() {
        Some(ctx) => page::shape(&app, ctx).await?,
        None => ListShape::Documented,
    };
    let list = match shape {
        ListShape::Documented | ListShape::Array => Workspaces::Array(workspaces),
        ListShape::Envelope => {
            let asked = page::Asked::whole();
            Workspaces::Page(WorkspacesPage {
                items: workspaces,
                total,
                page: asked.page,
                page_size: asked.size,
                total_pages: asked.pages(total),
            })
        }
    };
    Ok(page::counted(&list, total))
}
