//! `POST /conversation/{conversation}/update`, after the vendor's reference on updating conversations.

use axum::extract::State;
use parlor_engine::{conversation, member};
use parlor_kit::route::Route;
use parlor_kit::{AppState, PathParams, RequestBody};
use parlor_model::conversation::{ConversationKey, ConversationKind};
use parlor_model::error::{ConflictReason, EntityKind};
use parlor_model::member::MemberKey;
use parlor_model::scope::{Resource, Scope};
use parlor_model::space::ContactRef;
use parlor_model::{Ctx, Error, Result};

use super::options::{ConversationOptions, ConversationUpdateRequest, UpdateConversationParts};
use crate::auth::Caller;
use crate::documented::{post, writes};
use crate::prefix::Prefix;
use crate::{HandlerResult, body, conversation_access, id_response, ids};

/// Declares the route.
pub(crate) fn route(prefix: Prefix) -> Route {
    let path = "/api/v1/conversation/{conversation}/update";
    writes::<ConversationUpdateRequest>(post(prefix, path, handle), Resource::Conversations)
        .doc("Change a conversation", super::REFERENCE)
}

/// Updates a conversation. `spaceId` and `contactId` move it; null removes it from its space, and makes its creator its
/// subject again. A direct conversation cannot be moved. `messages` in the body are ignored.
async fn handle(
    State(app): State<AppState>,
    caller: Caller,
    params: PathParams,
    payload: RequestBody,
) -> HandlerResult {
    let ctx = &caller.ctx;
    ctx.require(Scope::write(Resource::Conversations))?;
    let id = ids::parse_conversation_id(params.get("conversation"))?;
    let UpdateConversationParts {
        mut command,
        contact,
    } = body::parse::<ConversationOptions>(payload)
        .await?
        .into_update_parts()?;
    let found = conversation_access::find_for_update(&app, ctx, params.get("conversation")).await?;
    if found.kind == ConversationKind::Direct && (command.space.is_some() || contact.is_some()) {
        return Err(Error::conflict(ConflictReason::WrongKind).into());
    }
    if let Some(contact) = contact {
        command.subject = Some(resolve_contact(&app, ctx, contact).await?);
    }
    conversation::update(&app.engine, ctx, ConversationKey::Id(id), command).await?;
    Ok(id_response::id_response(ids::format_conversation_id(id)))
}

/// Resolves a contact to a member, and creates it if it is new.
///
/// # Errors
/// `NotFound` for an unknown id.
async fn resolve_contact(
    app: &AppState,
    ctx: &Ctx,
    contact: Option<ContactRef>,
) -> Result<Option<MemberKey>> {
    match contact {
        None => Ok(None),
        Some(ContactRef::Id(id)) if member::contact_exists(&app.engine, ctx, id).await? => {
            Ok(Some(MemberKey::Id(id)))
        }
        Some(ContactRef::Id(_)) => Err(Error::not_found(EntityKind::Contact)),
        Some(ContactRef::Ensure(command)) => {
            let ensured = member::ensure(&app.engine, ctx, *command).await?;
            Ok(Some(MemberKey::Id(ensured.member.id)))
        }
    }
}
