//! Finding one conversation, and who may see it.

use parlor_model::conversation::{Conversation, ConversationKey, Kind, State as Life};
use parlor_model::error::{Denied, Noun};
use parlor_model::message::MessageCounts;
use parlor_model::participant::{Participant, State};
use parlor_model::scope::{Resource, Scope};
use parlor_model::{Ctx, Error, Result, Timestamp};
use parlor_store::Tx;
use parlor_store::repo::conversation::{self as repo, Head};
use parlor_store::repo::{log, message, participant};

use crate::Engine;

/// A conversation with what its readers want to know along with it.
#[derive(Debug, Clone)]
pub struct Whole {
    /// The conversation.
    pub conversation: Conversation,
    /// Those who take part, in the order they joined.
    pub participants: Vec<Participant>,
    /// How much was said.
    pub counts: MessageCounts,
    /// What others have said that the acting member has not read.
    pub unread: i64,
    /// Since when it is put away or over.
    pub ended_at: Option<Timestamp>,
}

/// A conversation the caller may see: its own, or any with `conversations:read`; direct ones their two participants
/// only, and a key that acts for nobody with `dm:read`.
pub async fn find(engine: &Engine, ctx: &Ctx, key: ConversationKey) -> Result<Conversation> {
    let ctx = *ctx;
    engine.store.read(move |tx| visible(tx, &ctx, key)).await
}

/// The same with participants and counts.
pub async fn whole(engine: &Engine, ctx: &Ctx, key: ConversationKey) -> Result<Whole> {
    let ctx = *ctx;
    engine
        .store
        .read(move |tx| {
            let conversation = visible(tx, &ctx, key)?;
            complete(tx, &ctx, conversation)
        })
        .await
}

pub(super) fn complete(tx: &mut dyn Tx, ctx: &Ctx, conversation: Conversation) -> Result<Whole> {
    let (ws, number) = (ctx.ws(), conversation.number);
    let participants = participant::list(tx, ws, number)?;
    let (counts, _) = message::counts(tx, ws, number)?;
    let own = participants
        .iter()
        .find(|participant| ctx.is_actor(participant.member.number));
    let unread = match own {
        Some(own) => message::unread(tx, ws, number, own.read_seq, own.member.number)?,
        None => 0,
    };
    let ended_at = match conversation.state {
        Life::Active => None,
        Life::Archived | Life::Closed => log::last_state(tx, ws, number)?,
    };
    Ok(Whole {
        conversation,
        ended_at,
        participants,
        counts,
        unread,
    })
}

/// Within a transaction: the conversation, or the refusal its visibility asks for.
pub(crate) fn visible(tx: &mut dyn Tx, ctx: &Ctx, key: ConversationKey) -> Result<Conversation> {
    let found = repo::find(tx, ctx.ws(), key)?;
    let found = found.ok_or_else(|| Error::not_found(Noun::Conversation))?;
    look(tx, ctx, found.number, found.kind).map(|_| found)
}

/// Within a transaction: the head of a conversation the caller may see, or the refusal.
pub(crate) fn visible_head(tx: &mut dyn Tx, ctx: &Ctx, key: ConversationKey) -> Result<Head> {
    let found = repo::head(tx, ctx.ws(), key)?;
    let found = found.ok_or_else(|| Error::not_found(Noun::Conversation))?;
    look(tx, ctx, found.number, found.kind).map(|_| found)
}

/// The same where its number is enough.
pub(crate) fn visible_number(tx: &mut dyn Tx, ctx: &Ctx, key: ConversationKey) -> Result<i64> {
    visible_head(tx, ctx, key).map(|head| head.number)
}

/// By which right the caller sees a conversation, or the refusal.
pub(super) fn look(tx: &mut dyn Tx, ctx: &Ctx, number: i64, kind: Kind) -> Result<Sight> {
    match sight(ctx, kind)? {
        Sight::IfInvolved if !is_involved(tx, ctx, number)? => Err(refused()),
        sight => Ok(sight),
    }
}

/// What a caller's scopes let it see.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Sight {
    /// Every conversation of the kind.
    Free,
    /// Those the acting member takes part in.
    IfInvolved,
}

/// What the scopes alone say of conversations of a kind; an error where they rule all of them out.
pub(super) fn sight(ctx: &Ctx, kind: Kind) -> Result<Sight> {
    let direct = kind == Kind::Direct;
    let read = Scope::read(if direct {
        Resource::Dm
    } else {
        Resource::Conversations
    });
    match ctx.actor {
        // Existence of what a bare key may not see is not told either.
        None if direct && !ctx.allows(read) => Err(Error::not_found(Noun::Conversation)),
        None => ctx.require(read).map(|()| Sight::Free),
        Some(_) if !direct && ctx.allows(read) => Ok(Sight::Free),
        Some(_) => Ok(Sight::IfInvolved),
    }
}

/// What somebody hears who takes no part.
pub(super) fn refused() -> Error {
    Error::forbidden(Denied::NotParticipant)
}

/// Whether the acting member takes part. So do the maker and the subject from the beginning, until they leave or are
/// removed like anybody else.
pub(crate) fn is_involved(tx: &mut dyn Tx, ctx: &Ctx, conversation: i64) -> Result<bool> {
    let Some(actor) = ctx.actor else {
        return Ok(false);
    };
    let found = participant::find(tx, ctx.ws(), conversation, actor.number)?;
    Ok(found.is_some_and(|participant| participant.state == State::Joined))
}
