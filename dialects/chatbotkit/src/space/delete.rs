//! `POST /space/{space}/delete`, after the vendor's page "Deleting a Space".

use axum::extract::State;
use parlor_engine::space;
use parlor_kit::{AppState, PathParams, RequestBody};

use crate::auth::Caller;
use crate::{HandlerResult, body, id_response, ids};

/// Conversations of the space stay and lose it, as the workspace's policy has it by default.
pub(crate) async fn handle(
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
