//! `POST /contact/create`, after the vendor's manual on contacts.

use axum::extract::State;
use parlor_engine::member;
use parlor_kit::{AppState, RequestBody};

use super::ContactOptions;
use crate::auth::Caller;
use crate::{HandlerResult, body, id_response, ids};

/// A known fingerprint returns the contact it belongs to, unchanged: the same as `ensure`. A new one beside a known
/// address is given to the contact with that address, with all that this one lacks; a contact that is known by its
/// address, phone number or short name alone is returned where everything said of it is so already. What would change
/// a field that a contact has is refused: only an update does that.
pub(crate) async fn handle(
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
