//! `POST /contact/ensure`, after the vendor's manual on associating contacts.

use axum::extract::State;
use parlor_engine::member;
use parlor_kit::{App, Payload};

use super::Fields;
use crate::auth::Caller;
use crate::{Outcome, answer, body, ids};

/// The contact with the fingerprint, made when there is none and never changed. Parallel first calls make one.
pub(crate) async fn handle(State(app): State<App>, caller: Caller, payload: Payload) -> Outcome {
    let fields = body::read::<Fields>(payload).await?;
    let command = fields.create(|| app.engine.random_uuid())?;
    let ensured = member::ensure(&app.engine, &caller.ctx, command).await?;
    Ok(answer::done(ids::of_contact(ensured.member.id)))
}
