//! `POST /space/create`, after the vendor's page "Creating Spaces".

use axum::extract::State;
use parlor_engine::space;
use parlor_kit::route::Route;
use parlor_kit::{AppState, RequestBody};
use parlor_model::scope::Resource;

use super::SpaceOptions;
use super::options::with_contact_scope;
use crate::auth::Caller;
use crate::documented::{post, writes};
use crate::prefix::Prefix;
use crate::{HandlerResult, body, id_response, ids};

/// Declares the route.
pub(crate) fn route(prefix: Prefix) -> Route {
    with_contact_scope(writes::<SpaceOptions>(
        post(prefix, "/api/v1/space/create", handle),
        Resource::Spaces,
    ))
    .doc("Make a space", "Creating Spaces")
}

async fn handle(
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
