//! `GET /conversation/{conversation}/fetch`, after the vendor's reference on fetching conversations.

use axum::extract::State;
use http::StatusCode;
use parlor_engine::member;
use parlor_kit::{AppState, PathParams, response};
use parlor_model::scan::ConversationRow;
use parlor_model::scope::{Resource, Scope};

use super::authorize;
use crate::auth::Caller;
use crate::encode::RecordWriter;
use crate::listing::ListRow;
use crate::{HandlerResult, ids};

/// A conversation for nobody in particular is for its maker, who may be the owner; the owner is no contact, so it
/// has no `contactId` then.
pub(crate) async fn handle(
    State(app): State<AppState>,
    caller: Caller,
    params: PathParams,
) -> HandlerResult {
    caller.ctx.require(Scope::read(Resource::Conversations))?;
    let found = authorize::find(&app, &caller.ctx, params.get("conversation")).await?;
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
    let mut pen = RecordWriter::new(app.dialect_settings());
    let mut object = pen.begin_object(ids::CONVERSATION_PREFIX, row.id);
    row.write_fields(&mut object);
    object.finish();
    Ok(response::from_bytes(
        StatusCode::OK,
        "application/json",
        pen.out,
    ))
}
