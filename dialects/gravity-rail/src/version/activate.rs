//! `POST .../versions/{version_number}/activate` and `/deactivate`, after
//! developer/api/workspace/workflow_versions.

use axum::extract::State;
use axum::response::Response;
use http::StatusCode;
use parlor_engine::workflow;
use parlor_kit::{App, Params, reply};
use parlor_model::scope::{Resource, Scope};

use super::{VersionResponse, place};
use crate::Fail;
use crate::auth::Caller;

/// New chats are pinned to it from now on. Asks for `workflows:write`.
pub(crate) async fn handle(
    State(app): State<App>,
    Caller(ctx): Caller,
    params: Params,
) -> Result<Response, Fail> {
    ctx.require(Scope::write(Resource::Workflows))?;
    let (key, number) = place(&params)?;
    let (version, active) = workflow::activate(&app.engine, &ctx, key, number).await?;
    Ok(reply::json(
        StatusCode::OK,
        &VersionResponse::of(version, active),
    ))
}

/// New chats are no longer pinned to it. Asks for `workflows:write`.
pub(crate) async fn handle_deactivate(
    State(app): State<App>,
    Caller(ctx): Caller,
    params: Params,
) -> Result<Response, Fail> {
    ctx.require(Scope::write(Resource::Workflows))?;
    let (key, number) = place(&params)?;
    let (version, active) = workflow::deactivate(&app.engine, &ctx, key, number).await?;
    Ok(reply::json(
        StatusCode::OK,
        &VersionResponse::of(version, active),
    ))
}
