//! `POST /conversation/{conversation}/update`, after the vendor's reference on updating conversations.

use axum::extract::State;
use parlor_engine::{conversation, member};
use parlor_kit::{AppState, PathParams, RequestBody};
use parlor_model::conversation::{ConversationKey, ConversationKind};
use parlor_model::error::{ConflictReason, EntityKind};
use parlor_model::member::MemberKey;
use parlor_model::scope::{Resource, Scope};
use parlor_model::space::ContactRef;
use parlor_model::{Ctx, Error, Result};

use super::options::UpdateConversationParts;
use super::{ConversationOptions, authorize};
use crate::auth::Caller;
use crate::{HandlerResult, body, id_response, ids};

/// `spaceId` and `contactId` move it; null takes it out of its space, and gives it back to its maker. A direct
/// conversation stays where it is and whose it is. First messages in the body are ignored.
pub(crate) async fn handle(
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
    let found = authorize::find_for_update(&app, ctx, params.get("conversation")).await?;
    if found.kind == ConversationKind::Direct && (command.space.is_some() || contact.is_some()) {
        return Err(Error::conflict(ConflictReason::WrongKind).into());
    }
    if let Some(contact) = contact {
        command.subject = Some(resolve_contact(&app, ctx, contact).await?);
    }
    conversation::update(&app.engine, ctx, ConversationKey::Id(id), command).await?;
    Ok(id_response::id_response(ids::format_conversation_id(id)))
}

/// A contact that exists now.
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
