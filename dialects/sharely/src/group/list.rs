//! `GET /v1/workspaces/{workspace}/spaces/{space}/group`: the space's groups, as the widget's calls suggest it.

use axum::extract::State;
use axum::response::Response;
use parlor_engine::space;
use parlor_kit::{AppState, DialectError, PathParams};
use serde::Serialize;
use utoipa::ToSchema;

use super::{GroupResponse, pieces};
use crate::auth::Caller;
use crate::{Sharely, ids, response};

/// The groups of a space.
#[derive(Serialize, ToSchema)]
#[schema(as = Groups)]
pub(crate) struct ListGroupsResponse {
    /// By creation, oldest first.
    groups: Vec<GroupResponse>,
    /// How many there are.
    total: usize,
}

pub(crate) async fn handle(
    State(app): State<AppState>,
    caller: Caller,
    params: PathParams,
) -> Result<Response, DialectError<Sharely>> {
    let id = ids::space_id_from_path(&params)?;
    caller.require_space(id)?;
    let whole = space::find_with_details(&app.engine, &caller.ctx, id).await?;
    let numbers: Vec<i64> = whole.conversations.iter().map(|key| key.number).collect();
    let envelope = ListGroupsResponse {
        groups: Vec::new(),
        total: numbers.len(),
    };
    let conversations = space::SpaceConversationBatches::new(&caller.ctx, id, numbers);
    let groups = pieces::GroupPieces::new(app, conversations, GroupResponse::from);
    Ok(response::ok_streamed(&envelope, groups).await?)
}
