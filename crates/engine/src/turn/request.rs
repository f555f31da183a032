//! Requests turns.

use parlor_model::conversation::{ConversationKey, ConversationKind, ConversationState};
use parlor_model::conversation_header::ConversationHeader;
use parlor_model::error::{ConflictReason, EntityKind};
use parlor_model::message::{CreateMessage, MessageRole};
use parlor_model::{Ctx, Error, Result};
use parlor_store::repo::{conversation, turn as repo};

use crate::authority::{self, ConversationPermission};
use crate::{Engine, assistant_settings};

/// Who is expected to answer a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Responder {
    /// Nobody in particular.
    None,
    /// The conversation's assistant.
    Assistant,
    /// A person, since the workspace has no provider for its assistants, or the assistant may not answer now.
    Person,
}

/// Returns who is expected to answer a new message: where an assistant serves the conversation, it answers what people
/// say. The conversation may have changed since it was read, so the append decides again whether the assistant answers;
/// in doubt a person has to respond.
pub(crate) async fn expected_responder(
    engine: &Engine,
    ctx: &Ctx,
    conversation: &ConversationHeader,
    command: &CreateMessage,
) -> Result<Responder> {
    let is_served = match conversation.kind {
        ConversationKind::Chat => true,
        // With an assistant.
        ConversationKind::Direct => conversation.assistant.is_some(),
        ConversationKind::Group | ConversationKind::Thread => false,
    };
    let is_question = command.role == MessageRole::User
        && command.requests_answer
        && (command.author.is_none() || command.author != conversation.assistant);
    if !is_served || !is_question {
        return Ok(Responder::None);
    }
    if !conversation.assistant_answers {
        return Ok(Responder::Person);
    }
    Ok(
        match assistant_settings::has_provider(engine, ctx.ws()).await? {
            true => Responder::Assistant,
            false => Responder::Person,
        },
    )
}

/// Turn that was requested.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RequestedTurn {
    /// Conversation number.
    pub conversation: i64,
    /// A turn that answers messages up to this `seq`, or later ones, is the requested one.
    pub seq: i64,
}

impl RequestedTurn {
    /// Creates the request that was stored with a message.
    pub const fn after(conversation: i64, seq: i64) -> Self {
        Self { conversation, seq }
    }
}

/// Requests an answer to what a conversation holds, whether or not its assistant answers by itself. Follow it with
/// [`super::TurnFollower`], made before.
///
/// # Errors
/// Those of writing a message; `NotImplemented` if the workspace has no provider.
pub async fn request(engine: &Engine, ctx: &Ctx, key: ConversationKey) -> Result<RequestedTurn> {
    assistant_settings::require_provider(engine, ctx).await?;
    let scope = *ctx;
    let requested = engine
        .store
        .write(move |tx| {
            let permission = ConversationPermission::Write;
            let found = authority::find_conversation(tx, &scope, key, permission)?.conversation;
            if found.state == ConversationState::Closed {
                return Err(Error::conflict(ConflictReason::Closed));
            }
            tx.lock_head(scope.ws(), found.number)?;
            let head = conversation::find_head(tx, scope.ws(), key)?;
            let head = head.ok_or_else(|| Error::not_found(EntityKind::Conversation))?;
            repo::request(tx, scope.ws(), head.number)?;
            Ok(RequestedTurn {
                conversation: head.number,
                seq: head.last_seq,
            })
        })
        .await?;
    engine.turn_requested.notify_one();
    Ok(requested)
}
