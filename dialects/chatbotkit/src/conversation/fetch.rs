//! `GET /conversation/{conversation}/fetch`, after the vendor's reference on fetching conversations.

use axum::extract::State;
use http::StatusCode;
use parlor_engine::member;
use parlor_kit::route::Route;
use parlor_kit::{AppState, PathParams, response};
use parlor_model::scan::ConversationRow;
use parlor_model::scope::{Resource, Scope};

use super::instance::ConversationInstance;
use crate::auth::Caller;
use crate::documented::{get, reads};
use crate::encode::{ListRow, RecordWriter};
use crate::prefix::Prefix;
use crate::{HandlerResult, conversation_access, ids};

/// Declares the route.
pub(crate) fn route(prefix: Prefix) -> Route {
    let path = "/api/v1/conversation/{conversation}/fetch";
    reads::<ConversationInstance>(get(prefix, path, handle), Resource::Conversations)
        .doc("A conversation", super::REFERENCE)
}

/// Returns a conversation. Without a contact its subject is its creator; if that is the owner, who is no contact, the response
/// has no `contactId`.
async fn handle(State(app): State<AppState>, caller: Caller, params: PathParams) -> HandlerResult {
    caller.ctx.require(Scope::read(Resource::Conversations))?;
    let found = conversation_access::find(&app, &caller.ctx, params.get("conversation")).await?;
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
    let mut writer = RecordWriter::new(app.dialect_settings());
    let mut object = writer.begin_object(ids::CONVERSATION_PREFIX, row.id);
    row.write_fields(&mut object);
    object.finish();
    Ok(response::from_bytes(
        StatusCode::OK,
        "application/json",
        writer.out,
    ))
}
