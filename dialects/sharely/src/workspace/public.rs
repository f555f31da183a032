//! `GET /workspaces/{workspace}`, after the widget's call: the first thing that the widget asks for, before it has any
//! credential. Anybody who knows a workspace's id reads what its owner shows to visitors.

use axum::extract::State;
use axum::response::Response;
use parlor_engine::workspace;
use parlor_kit::{AppState, DialectError, PathParams};
use parlor_model::Error;
use parlor_model::error::EntityKind;

use super::PublicWorkspace;
use crate::{Sharely, ids, response};

pub(crate) async fn handle(
    State(app): State<AppState>,
    params: PathParams,
) -> Result<Response, DialectError<Sharely>> {
    let id = ids::workspace_id_from_path(&params)
        .ok_or_else(|| Error::not_found(EntityKind::Workspace))?;
    let found = workspace::find(&app.engine, id).await?;
    Ok(response::ok(&PublicWorkspace::from(found.as_ref())))
}
