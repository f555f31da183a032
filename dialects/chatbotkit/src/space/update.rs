//! `POST /space/{space}/update`, after the vendor's page "Updating a Space".

use axum::extract::State;
use parlor_engine::space;
use parlor_kit::{AppState, PathParams, RequestBody};

use super::SpaceOptions;
use crate::auth::Caller;
use crate::{HandlerResult, body, id_response, ids};

/// Unlike the vendor's own server, `contactId: null` takes the contact away, and metadata merges unasked.
pub(crate) async fn handle(
    State(app): State<AppState>,
    caller: Caller,
    params: PathParams,
    payload: RequestBody,
) -> HandlerResult {
    let id = ids::parse_space_id(params.get("space"))?;
    let command = body::parse::<SpaceOptions>(payload)
        .await?
        .into_update_command()?;
    space::update(&app.engine, &caller.ctx, id, command).await?;
    Ok(id_response::id_response(ids::format_space_id(id)))
}
