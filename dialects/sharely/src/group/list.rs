//! `GET /v1/workspaces/{workspace}/spaces/{space}/group`: lists the space's groups, after the
//! widget's calls.

use axum::extract::State;
use axum::response::Response;
use parlor_engine::space;
use parlor_kit::route::{Route, get};
use parlor_kit::{AppState, PathParams};
use parlor_model::scope::{Resource, Scope};
use serde::Serialize;
use utoipa::ToSchema;

use super::GroupResponse;
use super::batches::GroupBatches;
use crate::auth::Caller;
use crate::documented::{MIRRORED_SOURCE, NOT_FOUND, organization_required};
use crate::error::ErrorResponse;
use crate::{HandlerError, ids, response};

/// The groups of a space.
#[derive(Serialize, ToSchema)]
#[schema(as = Groups)]
struct ListGroupsResponse {
    /// By creation, oldest first.
    groups: Vec<GroupResponse>,
    /// How many there are.
    total: usize,
}

/// Declares the route.
pub(crate) fn route() -> Route {
    organization_required(get(
        "/v1/workspaces/{workspace}/spaces/{space}/group",
        handle,
    ))
    .doc("The groups of a space, oldest first.", MIRRORED_SOURCE)
    .scope(Scope::read(Resource::Spaces))
    .responds::<ListGroupsResponse>(200, "The groups.")
    .errors::<ErrorResponse<'_>>(&[NOT_FOUND])
}

async fn handle(
    State(app): State<AppState>,
    caller: Caller,
    params: PathParams,
) -> Result<Response, HandlerError> {
    let id = ids::space_id_from_path(&params)?;
    caller.require_space(id)?;
    let details = space::find_with_details(&app.engine, &caller.ctx, id).await?;
    let numbers: Vec<i64> = details.conversations.iter().map(|key| key.number).collect();
    let envelope = ListGroupsResponse {
        groups: Vec::new(),
        total: numbers.len(),
    };
    let conversations = space::SpaceConversationBatches::new(&caller.ctx, id, numbers);
    let groups = GroupBatches::new(app, conversations, GroupResponse::from);
    Ok(response::ok_streamed(&envelope, groups).await?)
}
