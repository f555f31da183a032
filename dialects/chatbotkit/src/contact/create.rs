//! `POST /contact/create`, after the vendor's manual on contacts.

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
    let about = "Make a contact, or find it by its fingerprint. A new fingerprint beside a known address completes the contact with that address; what contradicts a known contact is refused";
    writes::<ContactOptions>(
        post(prefix, "/api/v1/contact/create", handle),
        Resource::Members,
    )
    .doc(about, super::MANUAL)
}

/// Creates a contact. A known fingerprint returns its contact unchanged, as `ensure` does. A new fingerprint with a known
/// address is given to the contact with that address, along with all fields that this contact lacks. Without a fingerprint,
/// a contact is found by its address, phone number or short name, and is returned if it has every field of the body. A
/// request that would change a field of an existing contact is refused: only `update` changes contacts.
async fn handle(
    State(app): State<AppState>,
    caller: Caller,
    payload: RequestBody,
) -> HandlerResult {
    let fields = body::parse::<ContactOptions>(payload).await?;
    let source = fields.fingerprint_source();
    let command = fields.into_create_command(|| app.engine.random_uuid())?;
    let created = member::create_contact(&app.engine, &caller.ctx, command, source).await?;
    Ok(id_response::id_response(ids::format_contact_id(
        created.member.id,
    )))
}
