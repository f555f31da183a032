//! `GET /conversation/{conversation}/fetch`, after the vendor's reference on fetching conversations.

use axum::extract::State;
use http::StatusCode;
use parlor_engine::{conversation, member};
use parlor_kit::{App, Params, reply};
use parlor_model::conversation::ConversationKey;

use super::record;
use crate::auth::Caller;
use crate::pen::Pen;
use crate::{Outcome, ids};

/// A conversation for nobody in particular is for its maker, who may be the owner; the owner is no contact, so it
/// has no `contactId` then.
pub(crate) async fn handle(State(app): State<App>, caller: Caller, params: Params) -> Outcome {
    let id = ids::conversation(params.get("conversation"))?;
    let key = ConversationKey::Id(id);
    let found = conversation::find(&app.engine, &caller.ctx, key).await?;
    let contact = match &found.subject {
        Some(subject) if member::contact_exists(&app.engine, &caller.ctx, subject.id).await? => {
            Some(subject.id)
        }
        _ => None,
    };
    let mut pen = Pen::new(app.section());
    record::write(&mut pen, &found, contact);
    Ok(reply::bytes_of(StatusCode::OK, "application/json", pen.out))
}
