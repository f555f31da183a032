//! Who says something.

use parlor_engine::{Engine, member, participant};
use parlor_model::conversation::ConversationKey;
use parlor_model::member::{MemberKey, MemberRef};
use parlor_model::message::Role;
use parlor_model::outline::Outline;
use parlor_model::participant::{
    AddParticipants, Authority, IfPresent, NewParticipant, Role as Part,
};
use parlor_model::scope::{Resource, Scope};
use parlor_model::{Ctx, Error, Result};

/// The number of who speaks in a chat. Named is somebody who may be new to the tenant, and who joins the chat; where
/// nobody is named, the chat's user speaks, and for an assistant the chat's own, if it has one.
pub(crate) async fn of(
    engine: &Engine,
    ctx: &Ctx,
    chat: &Outline,
    named: Option<MemberKey>,
    role: Role,
) -> Result<Option<i64>> {
    let user = chat.subject.as_ref().or(chat.owner.as_ref());
    match named {
        None if role == Role::Assistant => Ok(chat.assistant),
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

/// Somebody else of the tenant, who takes part from now on. Into a pair's conversation nobody is let.
async fn another(
    engine: &Engine,
    ctx: &Ctx,
    chat: &Outline,
    named: MemberKey,
    role: Role,
) -> Result<i64> {
    let conversation = ConversationKey::Number(chat.number);
    if let Some(present) = participant::among(engine, ctx, conversation, named.clone()).await? {
        return Ok(present.number);
    }
    let part = if role == Role::Assistant {
        Part::Assistant
    } else {
        Part::Member
    };
    let command = AddParticipants {
        conversation,
        who: vec![NewParticipant {
            who: named.clone(),
            role: part,
        }],
        if_present: IfPresent::Skip,
        authority: Authority::Scope(Scope::write(Resource::Messages)),
    };
    let added = participant::add(engine, ctx, command).await?;
    match added.first() {
        Some(added) => Ok(added.number),
        // It takes part already.
        None => member::number(engine, ctx, named)
            .await?
            .ok_or_else(|| Error::internal("a participant nobody knows")),
    }
}
