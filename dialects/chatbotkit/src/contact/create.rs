//! `POST /contact/create`, after the vendor's manual on contacts.

use axum::extract::State;
use parlor_engine::member;
use parlor_kit::{App, Payload};

use super::Fields;
use crate::auth::Caller;
use crate::{Outcome, answer, body, ids};

/// A fingerprint that is known gives the contact it belongs to, unchanged: the same as `ensure`. One that is known by its
/// email address, phone number or short name alone is given where everything that is said of it is so already, and
/// refused otherwise: only an update changes a contact.
pub(crate) async fn handle(State(app): State<App>, caller: Caller, payload: Payload) -> Outcome {
    let fields = body::read::<Fields>(payload).await?;
    let is_identified = fields.is_identified();
    let command = fields.create(|| app.engine.random_uuid())?;
    let ensured = if is_identified {
        member::ensure(&app.engine, &caller.ctx, command).await?
    } else {
        member::ensure_matching(&app.engine, &caller.ctx, command).await?
    };
    Ok(answer::done(ids::of_contact(ensured.member.id)))
}
