//! `POST /space/{space}/update`, after the vendor's page "Updating a Space".

use axum::extract::State;
use parlor_engine::space;
use parlor_kit::{App, Params, Payload};

use super::Fields;
use crate::auth::Caller;
use crate::{Outcome, answer, body, ids};

/// Unlike the vendor's own server, `contactId: null` takes the contact away, and metadata merges unasked.
pub(crate) async fn handle(
    State(app): State<App>,
    caller: Caller,
    params: Params,
    payload: Payload,
) -> Outcome {
    let id = ids::space(params.get("space"))?;
    let command = body::read::<Fields>(payload).await?.update()?;
    space::update(&app.engine, &caller.ctx, id, command).await?;
    Ok(answer::done(ids::of_space(id)))
}
