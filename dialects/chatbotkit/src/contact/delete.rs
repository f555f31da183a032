//! `POST /contact/{contact}/delete`, after the vendor's manual on contacts.

use axum::extract::State;
use parlor_engine::member;
use parlor_kit::{AppState, PathParams, RequestBody};

use crate::auth::Caller;
use crate::{HandlerResult, body, id_response, ids};

/// Spaces and conversations stay and lose the contact. One with a role in the workspace is refused with 409.
pub(crate) async fn handle(
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
