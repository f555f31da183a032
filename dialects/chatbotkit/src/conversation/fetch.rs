//! `GET /conversation/{conversation}/fetch`, after the vendor's reference on fetching conversations.

use axum::extract::State;
use http::StatusCode;
use parlor_engine::member;
use parlor_kit::{App, Params, reply};
use parlor_model::scope::{Resource, Scope};
use parlor_model::walk::ConversationRow;

use super::guard;
use crate::auth::Caller;
use crate::listing::Record;
use crate::pen::Pen;
use crate::{Outcome, ids};

/// A conversation for nobody in particular is for its maker, who may be the owner; the owner is no contact, so it
/// has no `contactId` then.
pub(crate) async fn handle(State(app): State<App>, caller: Caller, params: Params) -> Outcome {
    caller.ctx.require(Scope::read(Resource::Conversations))?;
    let found = guard::find(&app, &caller.ctx, params.get("conversation")).await?;
    let contact = match &found.subject {
        Some(subject) if member::contact_exists(&app.engine, &caller.ctx, subject.id).await? => {
            Some(subject.id)
        }
        _ => None,
    };
    let metadata = found.metadata.to_text();
    let row = ConversationRow {
        id: found.id,
        title: found.title.as_deref(),
        description: found.description.as_deref(),
        space: found.space,
        contact,
        model: found.service.chat_model.as_deref(),
        responder: found.responder,
        metadata: &metadata,
        created_at: found.created_at,
        updated_at: found.updated_at,
    };
    let mut pen = Pen::new(app.section());
    let mut object = pen.object(ids::CONVERSATION, row.id);
    row.fields(&mut object);
    object.end();
    Ok(reply::bytes_of(StatusCode::OK, "application/json", pen.out))
}
