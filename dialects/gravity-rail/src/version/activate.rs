//! `POST .../versions/{version_number}/activate` and `/deactivate`, after
//! developer/api/workspace/workflow_versions.

use axum::extract::State;
use axum::response::Response;
use http::StatusCode;
use parlor_engine::workflow;
use parlor_kit::{AppState, PathParams, response};
use parlor_model::scope::{Resource, Scope};

use super::{VersionResponse, parse_version_path};
use crate::HandlerError;
use crate::auth::Caller;

/// New chats are pinned to it from now on. Asks for `workflows:write`.
pub(crate) async fn handle(
    State(app): State<AppState>,
    Caller(ctx): Caller,
    params: PathParams,
) -> Result<Response, HandlerError> {
    ctx.require(Scope::write(Resource::Workflows))?;
    let (key, number) = parse_version_path(&params)?;
    let (version, active) = workflow::activate(&app.engine, &ctx, key, number).await?;
    Ok(response::json(
        StatusCode::OK,
        &VersionResponse::from_version(version, active),
    ))
}

/// New chats are no longer pinned to it. Asks for `workflows:write`.
pub(crate) async fn handle_deactivate(
    State(app): State<AppState>,
    Caller(ctx): Caller,
    params: PathParams,
) -> Result<Response, HandlerError> {
    ctx.require(Scope::write(Resource::Workflows))?;
    let (key, number) = parse_version_path(&params)?;
    let (version, active) = workflow::deactivate(&app.engine, &ctx, key, number).await?;
    Ok(response::json(
        StatusCode::OK,
        &VersionResponse::from_version(version, active),
    ))
}
