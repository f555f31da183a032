//! Who says something.

use parlor_engine::{Engine, member};
use parlor_model::conversation::Conversation;
use parlor_model::member::{MemberKey, MemberRef};
use parlor_model::message::Role;
use parlor_model::{Ctx, Error, Result};

/// The number of who speaks in a chat. Named is somebody who may be new to the tenant, and who joins the chat; where
/// nobody is named, the chat's user speaks, and for an assistant the chat's own, if it has one.
pub(super) async fn of(
    engine: &Engine,
    ctx: &Ctx,
    chat: &Conversation,
    named: Option<MemberKey>,
    role: Role,
) -> Result<Option<i64>> {
    let user = chat.subject.as_ref().or(chat.owner.as_ref());
    match named {
        None if role == Role::Assistant => Ok(chat.service.assistant),
        None => Ok(user.map(|user| user.number)),
        Some(named) if user.is_some_and(|user| is(user, &named)) => {
            Ok(user.map(|user| user.number))
        }
        Some(named) => another(engine, ctx, chat, named, role).await.map(Some),
    }
}

fn is(user: &MemberRef, named: &MemberKey) -> bool {
    match named {
        MemberKey::External(text) => user.external_id.as_ref() == Some(text),
        MemberKey::ExternalOr(text, id) => match &user.external_id {
            Some(external) => external == text,
            None => user.id == *id,
        },
        MemberKey::Id(_) | MemberKey::Number(_) | MemberKey::Handle(_) => false,
    }
}

async fn another(
    engine: &Engine,
    ctx: &Ctx,
    _chat: &Conversation,
    named: MemberKey,
    _role: Role,
) -> Result<i64> {
    member::number(engine, ctx, named)
        .await?
        .ok_or_else(|| Error::internal("a participant nobody knows"))
}
