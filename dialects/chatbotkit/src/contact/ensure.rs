//! `POST /contact/ensure`, after the vendor's manual on associating contacts.

use axum::extract::State;
use parlor_engine::member;
use parlor_kit::route::Route;
use parlor_kit::{AppState, RequestBody};
use parlor_model::scope::Resource;

use super::ContactOptions;
use crate::auth::Caller;
use crate::documented::{post, writes};
use crate::prefix::Prefix;
use crate::{HandlerResult, body, id_response, ids};

/// Declares the route.
pub(crate) fn route(prefix: Prefix) -> Route {
    writes::<ContactOptions>(
        post(prefix, "/api/v1/contact/ensure", handle),
        Resource::Members,
    )
    .doc(
        "Find a contact by its fingerprint, or make it",
        "Contact Association",
    )
}

/// Finds or creates the contact with the fingerprint, and never changes it. Concurrent first calls create one contact.
async fn handle(
    State(app): State<AppState>,
    caller: Caller,
    payload: RequestBody,
) -> HandlerResult {
    let fields = body::parse::<ContactOptions>(payload).await?;
    let command = fields.into_create_command(|| app.engine.random_uuid())?;
    let ensured = member::ensure(&app.engine, &caller.ctx, command).await?;
    Ok(id_response::id_response(ids::format_contact_id(
        ensured.member.id,
    )))
}
