//! `POST /contact/create`, after the vendor's manual on contacts.

use axum::extract::State;
use parlor_engine::member;
use parlor_kit::{App, Payload};

use super::Fields;
use crate::auth::Caller;
use crate::{Outcome, answer, body, ids};

/// A fingerprint that is known gives the contact it belongs to, unchanged: the same as `ensure`.
pub(crate) async fn handle(State(app): State<App>, caller: Caller, payload: Payload) -> Outcome {
    let fields = body::read::<Fields>(payload).await?;
    let command = fields.create(|| app.engine.random_uuid())?;
    let ensured = member::ensure(&app.engine, &caller.ctx, command).await?;
    Ok(answer::done(ids::of_contact(ensured.member.id)))
}
