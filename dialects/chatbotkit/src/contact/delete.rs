//! `POST /contact/{contact}/delete`, after the vendor's manual on contacts.

use axum::extract::State;
use parlor_engine::member;
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
        post(prefix, "/api/v1/contact/{contact}/delete", handle),
        Resource::Members,
    )
    .doc(
        "Delete a contact; its spaces and conversations stay",
        super::MANUAL,
    )
}

/// Deletes a contact. Its spaces and conversations stay, without a contact. A member with a role in the workspace cannot be
/// deleted: 409.
async fn handle(
    State(app): State<AppState>,
    caller: Caller,
    params: PathParams,
    payload: RequestBody,
) -> HandlerResult {
    let id = ids::parse_contact_id(params.get("contact"))?;
    body::ignore(payload).await?;
    member::find_contact(&app.engine, &caller.ctx, id).await?;
    member::delete(&app.engine, &caller.ctx, id).await?;
    Ok(id_response::id_response(ids::format_contact_id(id)))
}
