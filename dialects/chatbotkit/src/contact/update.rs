//! `POST /contact/{contact}/update`, after the vendor's manual on contacts.

use axum::extract::State;
use parlor_engine::member;
use parlor_kit::{AppState, PathParams, RequestBody};

use super::ContactOptions;
use crate::auth::Caller;
use crate::{HandlerResult, body, id_response, ids};

/// The only call that changes a contact that exists.
pub(crate) async fn handle(
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
