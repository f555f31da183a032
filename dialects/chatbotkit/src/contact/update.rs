//! `POST /contact/{contact}/update`, after the vendor's manual on contacts.

use axum::extract::State;
use parlor_engine::member;
use parlor_kit::{App, Params, Payload};

use super::Fields;
use crate::auth::Caller;
use crate::{Outcome, answer, body, ids};

/// The only call that changes a contact that exists.
pub(crate) async fn handle(
    State(app): State<App>,
    caller: Caller,
    params: Params,
    payload: Payload,
) -> Outcome {
    let id = ids::contact(params.get("contact"))?;
    let command = body::read::<Fields>(payload).await?.update()?;
    member::contact(&app.engine, &caller.ctx, id).await?;
    member::update(&app.engine, &caller.ctx, id, command).await?;
    Ok(answer::done(ids::of_contact(id)))
}
