//! `GET /workspaces/{workspace}`, after the widget's call: the first thing that the widget asks for, before it has any
//! credential. Anybody who knows a workspace's id reads what its owner shows to visitors.

use axum::extract::State;
use axum::response::Response;
use parlor_engine::workspace;
use parlor_kit::{App, Fail, Params};
use parlor_model::Error;
use parlor_model::error::Noun;

use super::Public;
use crate::{Sharely, ids, reply};

pub(crate) async fn handle(
    State(app): State<App>,
    params: Params,
) -> Result<Response, Fail<Sharely>> {
    let id = ids::workspace(&params).ok_or_else(|| Error::not_found(Noun::Workspace))?;
    let found = workspace::find(&app.engine, id).await?;
    Ok(reply::ok(&Public::from(found.as_ref())))
}
