//! `POST /space/create`, after the vendor's page "Creating Spaces".

use axum::extract::State;
use parlor_engine::space;
use parlor_kit::{App, Payload};

use super::Fields;
use crate::auth::Caller;
use crate::{Outcome, answer, body, ids};

pub(crate) async fn handle(State(app): State<App>, caller: Caller, payload: Payload) -> Outcome {
    let command = body::read::<Fields>(payload).await?.create()?;
    let id = space::create(&app.engine, &caller.ctx, command).await?;
    Ok(answer::done(ids::of_space(id)))
}
