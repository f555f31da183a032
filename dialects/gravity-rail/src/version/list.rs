//! `GET /workflows/{workflow_uuid}/versions`, after developer/api/workspace/workflow_versions.

use axum::extract::State;
use axum::response::Response;
use parlor_engine::workflow;
use parlor_kit::{App, Params, Query};
use parlor_model::scope::{Resource, Scope};

use super::VersionResponse;
use crate::auth::Caller;
use crate::workflow::key;
use crate::{Fail, page};

page::page! {
    /// A page of versions.
    VersionsPage of VersionResponse as Versions
}

/// Newest first. Asks for `workflows:read`.
pub(crate) async fn handle(
    State(app): State<App>,
    Caller(ctx): Caller,
    params: Params,
    query: Query,
) -> Result<Response, Fail> {
    let asked = page::Asked::read(&query)?;
    ctx.require(Scope::read(Resource::Workflows))?;
    let key = key(params.get("workflow"))?;
    let (rows, total, active) =
        workflow::versions(&app.engine, &ctx, key, asked.size, asked.offset()).await?;
    let versions = rows
        .into_iter()
        .map(|version| VersionResponse::of(version, active))
        .collect();
    Ok(VersionsPage::of(asked, versions, total)
        .answer(&app, &ctx)
        .await?)
}
