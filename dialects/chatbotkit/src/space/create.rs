//! `POST /space/create`, after the vendor's page "Creating Spaces".

use axum::extract::State;
use parlor_engine::space;
use parlor_kit::{AppState, RequestBody};

use super::SpaceOptions;
use crate::auth::Caller;
use crate::{HandlerResult, body, id_response, ids};

pub(crate) async fn handle(
    State(app): State<AppState>,
    caller: Caller,
    payload: RequestBody,
) -> HandlerResult {
    let command = body::parse::<SpaceOptions>(payload)
        .await?
        .into_create_command()?;
    let id = space::create(&app.engine, &caller.ctx, command).await?;
    Ok(id_response::id_response(ids::format_space_id(id)))
}
