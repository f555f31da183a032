//! `POST /contact/upsert`: the vendor's call on a conversation's contact, without a conversation.

use axum::extract::State;
use parlor_engine::member;
use parlor_kit::{App, Payload};
use parlor_model::scope::{Resource, Scope};

use super::Fields;
use super::fields::Upsert;
use crate::auth::Caller;
use crate::{Outcome, answer, body, ids};

/// Makes a contact, or changes the one that the fingerprint names, else an address, else a short name without either: by
/// the rules of an update.
pub(crate) async fn handle(State(app): State<App>, caller: Caller, payload: Payload) -> Outcome {
    caller.ctx.require(Scope::write(Resource::Members))?;
    let fields = body::read::<Fields>(payload).await?;
    let Upsert {
        command,
        changes,
        source,
    } = fields.upsert(|| app.engine.random_uuid())?;
    let upserted =
        member::upsert_contact(&app.engine, &caller.ctx, command, changes, source).await?;
    Ok(answer::done(ids::of_contact(upserted.member.id)))
}
