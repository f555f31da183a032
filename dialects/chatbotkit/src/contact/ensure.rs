//! `POST /contact/ensure`, after the vendor's manual on associating contacts.

use axum::extract::State;
use parlor_engine::member;
use parlor_kit::{AppState, RequestBody};

use super::ContactOptions;
use crate::auth::Caller;
use crate::{HandlerResult, body, id_response, ids};

/// The contact with the fingerprint, made when there is none and never changed. Parallel first calls make one.
pub(crate) async fn handle(
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
