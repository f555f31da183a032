//! `GET /v1/workspaces/{workspace}/spaces/{space}/group`: the space's groups, as the widget's calls suggest it.

use axum::extract::State;
use axum::response::Response;
use parlor_engine::space;
use parlor_kit::{App, Fail, Params};
use serde::Serialize;
use utoipa::ToSchema;

use super::{Group, pieces};
use crate::auth::Caller;
use crate::{Sharely, ids, reply};

/// The groups of a space.
#[derive(Serialize, ToSchema)]
pub(crate) struct Groups {
    /// By creation, oldest first.
    groups: Vec<Group>,
    /// How many there are.
    total: usize,
}

pub(crate) async fn handle(
    State(app): State<App>,
    caller: Caller,
    params: Params,
) -> Result<Response, Fail<Sharely>> {
    let id = ids::space(&params)?;
    caller.reaches(id)?;
    let whole = space::whole(&app.engine, &caller.ctx, id).await?;
    let numbers: Vec<i64> = whole.conversations.iter().map(|key| key.number).collect();
    let envelope = Groups {
        groups: Vec::new(),
        total: numbers.len(),
    };
    let conversations = space::Conversations::new(&caller.ctx, id, numbers);
    let groups = pieces::Groups::new(app, conversations, Group::from);
    Ok(reply::pieces(&envelope, groups).await?)
}
