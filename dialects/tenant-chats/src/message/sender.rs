//! Resolves the sender of a message.

use parlor_engine::{Engine, member, participant};
use parlor_model::conversation::ConversationKey;
use parlor_model::conversation_header::ConversationHeader;
use parlor_model::member::{MemberKey, MemberRef};
use parlor_model::message::MessageRole;
use parlor_model::participant::{NewParticipant, ParticipantRole};
use parlor_model::participant_commands::{AddParticipants, OnDuplicate, ParticipantAuthority};
use parlor_model::scope::{Resource, Scope};
use parlor_model::{Ctx, Error, Result};

/// Returns the number of a message's sender. By default it is the chat's user, or for `role` assistant the chat's
/// assistant, if any. A sender that is named is created if unknown, and joins the chat.
///
/// # Errors
/// `Conflict` for a third participant of a direct conversation.
pub(crate) async fn resolve_sender(
    engine: &Engine,
    ctx: &Ctx,
    chat: &ConversationHeader,
    named: Option<MemberKey>,
    role: MessageRole,
) -> Result<Option<i64>> {
    let user = chat.subject.as_ref().or(chat.owner.as_ref());
    match named {
        None if role == MessageRole::Assistant => Ok(chat.assistant),
        None => Ok(user.map(|user| user.number)),
        Some(named) if user.is_some_and(|user| matches_user(user, &named)) => {
            Ok(user.map(|user| user.number))
        }
        Some(named) => add_sender(engine, ctx, chat, named, role).await.map(Some),
    }
}

fn matches_user(user: &MemberRef, named: &MemberKey) -> bool {
    match named {
        MemberKey::External(text) => user.external_id.as_ref() == Some(text),
        MemberKey::ExternalOr(text, id) => match &user.external_id {
            Some(external) => external == text,
            None => user.id == *id,
        },
        MemberKey::Id(_) | MemberKey::Number(_) | MemberKey::Handle(_) => false,
    }
}

/// Returns a participant's number, and adds another member of the tenant as a participant. Direct conversations accept no
/// further participants.
async fn add_sender(
    engine: &Engine,
    ctx: &Ctx,
    chat: &ConversationHeader,
    named: MemberKey,
    role: MessageRole,
) -> Result<i64> {
    let conversation = ConversationKey::Number(chat.number);
    if let Some(participant) = participant::find(engine, ctx, conversation, named.clone()).await? {
        return Ok(participant.number);
    }
    let participant_role = if role == MessageRole::Assistant {
        ParticipantRole::Assistant
    } else {
        ParticipantRole::Member
    };
    let command = AddParticipants {
        conversation,
        participants: vec![NewParticipant {
            member: named.clone(),
            role: participant_role,
        }],
        on_duplicate: OnDuplicate::Skip,
        authority: ParticipantAuthority::Scope(Scope::write(Resource::Messages)),
    };
    let added = participant::add(engine, ctx, command).await?;
    match added.first() {
        Some(added) => Ok(added.number),
        // It participates already.
        None => member::find_number(engine, ctx, named)
            .await?
            .ok_or_else(|| Error::internal("a participant nobody knows")),
    }
}
