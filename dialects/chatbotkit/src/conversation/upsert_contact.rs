//! `POST /conversation/{conversation}/contact/upsert`, after the vendor's manual on conversation contacts.

use axum::extract::State;
use parlor_engine::{conversation, member};
use parlor_kit::route::Route;
use parlor_kit::{AppState, PathParams, RequestBody};
use parlor_model::Error;
use parlor_model::conversation::{ConversationKey, ConversationKind, UpdateConversation};
use parlor_model::error::ConflictReason;
use parlor_model::member::MemberKey;
use parlor_model::scope::{Resource, Scope};

use crate::auth::Caller;
use crate::contact::{self, ContactOptions};
use crate::documented::{post, writes};
use crate::prefix::Prefix;
use crate::{HandlerResult, body, conversation_access, id_response, ids};

/// Declares the route.
pub(crate) fn route(prefix: Prefix) -> Route {
    let path = "/api/v1/conversation/{conversation}/contact/upsert";
    writes::<ContactOptions>(post(prefix, path, handle), Resource::Conversations)
        .doc(
            "Make or change a contact, and have the conversation be with it",
            "Conversation Contacts",
        )
        .conditional_scope(
            Scope::write(Resource::Members),
            "the contact is made or changed",
        )
}

/// Creates or updates the contact as `contact/upsert` does, and makes it the conversation's contact. No message about it is
/// stored.
async fn handle(
    State(app): State<AppState>,
    caller: Caller,
    params: PathParams,
    payload: RequestBody,
) -> HandlerResult {
    let ctx = &caller.ctx;
    ctx.require(Scope::write(Resource::Conversations))?;
    ctx.require(Scope::write(Resource::Members))?;
    let id = ids::parse_conversation_id(params.get("conversation"))?;
    let fields = body::parse::<ContactOptions>(payload).await?;
    let found = conversation_access::find_for_update(&app, ctx, params.get("conversation")).await?;
    if found.kind == ConversationKind::Direct {
        return Err(Error::conflict(ConflictReason::WrongKind).into());
    }
    let contact::UpsertContactParts {
        command,
        changes,
        source,
    } = fields.into_upsert_parts(|| app.engine.random_uuid())?;
    let upserted = member::upsert_contact(&app.engine, ctx, command, changes, source).await?;
    let contact = upserted.member.id;
    let command = UpdateConversation {
        subject: Some(Some(MemberKey::Id(contact))),
        ..UpdateConversation::default()
    };
    conversation::update(&app.engine, ctx, ConversationKey::Id(id), command).await?;
    Ok(id_response::id_response(ids::format_contact_id(contact)))
}
