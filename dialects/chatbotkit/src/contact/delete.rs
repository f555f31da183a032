//! `POST /contact/{contact}/delete`, after the vendor's manual on contacts.

use axum::extract::State;
use parlor_engine::member;
use parlor_kit::{App, Params, Payload};

use crate::auth::Caller;
use crate::{Outcome, answer, body, ids};

/// Spaces and conversations stay and lose the contact. One with a role in the workspace is refused with 409.
pub(crate) async fn handle(
    State(app): State<App>,
    caller: Caller,
    params: Params,
    payload: Payload,
) -> Outcome {
    let id = ids::contact(params.get("contact"))?;
    body::ignore(payload).await?;
    member::contact(&app.engine, &caller.ctx, id).await?;
    member::delete(&app.engine, &caller.ctx, id).await?;
    Ok(answer::done(ids::of_contact(id)))
}
