//! `GET /workflows/{workflow_uuid}/versions`, after developer/api/workspace/workflow_versions.

use axum::extract::State;
use axum::response::Response;
use parlor_engine::workflow;
use parlor_kit::{AppState, PathParams, QueryParams};
use parlor_model::scope::{Resource, Scope};

use super::VersionResponse;
use crate::auth::Caller;
use crate::workflow::parse_key;
use crate::{HandlerError, page};

page::page! {
    /// A page of versions.
    VersionsPage of VersionResponse as Versions
}

/// Newest first. Asks for `workflows:read`.
pub(crate) async fn handle(
    State(app): State<AppState>,
    Caller(ctx): Caller,
    params: PathParams,
    query: QueryParams,
) -> Result<Response, HandlerError> {
    let asked = page::PageQuery::from_query(&query)?;
    ctx.require(Scope::read(Resource::Workflows))?;
    let key = parse_key(params.get("workflow"))?;
    let (rows, total, active) =
        workflow::list_versions(&app.engine, &ctx, key, asked.size, asked.offset()).await?;
    let versions = rows
        .into_iter()
        .map(|version| VersionResponse::from_version(version, active))
        .collect();
    Ok(VersionsPage::of(asked, versions, total)
        .answer(&app, &ctx)
        .await?)
}
