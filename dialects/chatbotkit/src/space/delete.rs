//! `POST /space/{space}/delete`, after the vendor's page "Deleting a Space".

use axum::extract::State;
use parlor_engine::space;
use parlor_kit::route::Route;
use parlor_kit::{AppState, PathParams, RequestBody};
use parlor_model::scope::Resource;

use crate::auth::Caller;
use crate::documented::{deletes, post};
use crate::prefix::Prefix;
use crate::{HandlerResult, body, id_response, ids};

/// Declares the route.
pub(crate) fn route(prefix: Prefix) -> Route {
    deletes(
        post(prefix, "/api/v1/space/{space}/delete", handle),
        Resource::Spaces,
    )
    .doc("Delete a space; its conversations stay", "Deleting a Space")
}

/// Deletes a space. By the default policy of the workspace its conversations stay, without a space.
async fn handle(
    State(app): State<AppState>,
    caller: Caller,
    params: PathParams,
    payload: RequestBody,
) -> HandlerResult {
    let id = ids::parse_space_id(params.get("space"))?;
    body::ignore(payload).await?;
    space::delete(&app.engine, &caller.ctx, id).await?;
    Ok(id_response::id_response(ids::format_space_id(id)))
}
