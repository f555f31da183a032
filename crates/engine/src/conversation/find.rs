//! Finds one conversation.

use std::sync::Arc;

use parlor_model::conversation::{Conversation, ConversationKey, ConversationState};
use parlor_model::conversation_header::ConversationHeader;
use parlor_model::message::MessageCounts;
use parlor_model::participant::Participant;
use parlor_model::{Ctx, Result, Timestamp};
use parlor_store::Tx;
use parlor_store::repo::{log, message, participant};

use crate::Engine;
use crate::authority::{self, ConversationPermission};

/// A conversation with its participants and counts.
#[derive(Debug, Clone)]
pub struct ConversationDetails {
    /// The conversation.
    pub conversation: Conversation,
    /// Joined participants, in the order they joined.
    pub participants: Vec<Participant>,
    /// Message counts.
    pub counts: MessageCounts,
    /// Messages of others that the acting member has not read.
    pub unread: i64,
    /// Since when it is archived or closed.
    pub ended_at: Option<Timestamp>,
}

/// Returns a conversation that the caller may read.
///
/// # Errors
/// `NotFound` or `Forbidden`.
pub async fn find(engine: &Engine, ctx: &Ctx, key: ConversationKey) -> Result<Conversation> {
    let ctx = *ctx;
    engine
        .store
        .read(move |tx| find_visible(tx, &ctx, key))
        .await
}

/// Returns a conversation whose messages the caller may read, for which `messages:read` suffices.
pub async fn find_for_messages(
    engine: &Engine,
    ctx: &Ctx,
    key: ConversationKey,
) -> Result<Conversation> {
    let ctx = *ctx;
    let find = move |tx: &mut dyn Tx| {
        authority::find_conversation(tx, &ctx, key, ConversationPermission::ReadMessages)
    };
    engine
        .store
        .read(find)
        .await
        .map(|allowed| allowed.conversation)
}

/// Returns the header of a conversation that the caller may write in.
///
/// # Errors
/// `NotFound` or `Forbidden`.
pub async fn find_header(
    engine: &Engine,
    ctx: &Ctx,
    key: ConversationKey,
) -> Result<Arc<ConversationHeader>> {
    authority::find_header_with_access(engine, ctx, key, ConversationPermission::Write)
        .await
        .map(|allowed| allowed.conversation)
}

/// Returns a conversation like [`find`], with participants and counts.
pub async fn find_with_details(
    engine: &Engine,
    ctx: &Ctx,
    key: ConversationKey,
) -> Result<ConversationDetails> {
    let ctx = *ctx;
    engine
        .store
        .read(move |tx| {
            let conversation = find_visible(tx, &ctx, key)?;
            load_details(tx, &ctx, conversation)
        })
        .await
}

/// Loads participants and counts of a conversation that the caller may read.
pub(crate) fn load_details(
    tx: &mut dyn Tx,
    ctx: &Ctx,
    conversation: Conversation,
) -> Result<ConversationDetails> {
    let (ws, number) = (ctx.ws(), conversation.number);
    let participants = participant::list(tx, ws, number)?;
    let (counts, _) = message::count_by_role(tx, ws, number)?;
    let own = participants
        .iter()
        .find(|participant| ctx.is_actor(participant.member.number));
    let unread = match own {
        Some(own) => message::count_unread(tx, ws, number, own.read_seq, own.member.number)?,
        None => 0,
    };
    let ended_at = match conversation.state {
        ConversationState::Active => None,
        ConversationState::Archived | ConversationState::Closed => {
            log::last_state_change_at(tx, ws, number)?
        }
    };
    Ok(ConversationDetails {
        conversation,
        ended_at,
        participants,
        counts,
        unread,
    })
}

/// Returns a conversation that the caller may read.
pub(super) fn find_visible(
    tx: &mut dyn Tx,
    ctx: &Ctx,
    key: ConversationKey,
) -> Result<Conversation> {
    authority::find_conversation(tx, ctx, key, ConversationPermission::Read)
        .map(|allowed| allowed.conversation)
}
