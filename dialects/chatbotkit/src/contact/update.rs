//! `POST /contact/{contact}/update`, after the vendor's manual on contacts.

use axum::extract::State;
use parlor_engine::member;
use parlor_kit::route::Route;
use parlor_kit::{AppState, PathParams, RequestBody};
use parlor_model::scope::Resource;

use super::ContactOptions;
use crate::auth::Caller;
use crate::documented::{post, writes};
use crate::prefix::Prefix;
use crate::{HandlerResult, body, id_response, ids};

/// Declares the route.
pub(crate) fn route(prefix: Prefix) -> Route {
    writes::<ContactOptions>(
        post(prefix, "/api/v1/contact/{contact}/update", handle),
        Resource::Members,
    )
    .doc("Change a contact", super::MANUAL)
}

async fn handle(
    State(app): State<AppState>,
    caller: Caller,
    params: PathParams,
    payload: RequestBody,
) -> HandlerResult {
    let id = ids::parse_contact_id(params.get("contact"))?;
    let command = body::parse::<ContactOptions>(payload)
        .await?
        .into_update_command()?;
    member::find_contact(&app.engine, &caller.ctx, id).await?;
    member::update(&app.engine, &caller.ctx, id, command).await?;
    Ok(id_response::id_response(ids::format_contact_id(id)))
}
