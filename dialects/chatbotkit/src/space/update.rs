//! `POST /space/{space}/update`, after the vendor's page "Updating a Space".

use axum::extract::State;
use parlor_engine::space;
use parlor_kit::route::Route;
use parlor_kit::{AppState, PathParams, RequestBody};
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
        post(prefix, "/api/v1/space/{space}/update", handle),
        Resource::Spaces,
    ))
    .doc("Change a space", "Updating a Space")
}

/// Updates a space. Unlike on the vendor's server, `contactId: null` removes the contact, and metadata is always merged.
async fn handle(
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
