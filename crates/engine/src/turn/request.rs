//! Requests turns.

use parlor_model::conversation::{ConversationKey, ConversationKind, ConversationState};
use parlor_model::conversation_header::ConversationHeader;
use parlor_model::error::{ConflictReason, EntityKind};
use parlor_model::message::{CreateMessage, MessageRole};
use parlor_model::{Ctx, Error, Result};
use parlor_store::append_message::AppendEffect;
use parlor_store::repo::{conversation, participant, turn as repo};

use crate::authority::{self, ConversationPermission};
use crate::{Engine, assistant_settings};

/// Who is expected to answer a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Responder {
    /// Nobody in particular.
    None,
    /// The conversation's assistant.
    Assistant,
    /// These assistants, by member number, which are mentioned in a group.
    Mentioned(Vec<i64>),
    /// A person, since the assistant is switched off or paused.
    Person,
    /// A person, since the workspace has no provider for its assistants.
    PersonWithoutProvider,
}

impl Responder {
    /// Returns whether a person has to respond.
    pub(crate) const fn is_person(&self) -> bool {
        matches!(self, Self::Person | Self::PersonWithoutProvider)
    }

    /// Returns the effects of the append by which the turns are requested.
    pub(crate) fn to_effects(&self) -> Vec<AppendEffect> {
        match self {
            Self::None | Self::Person | Self::PersonWithoutProvider => Vec::new(),
            Self::Assistant => vec![AppendEffect::RequestTurnIfServed],
            Self::Mentioned(assistants) => {
                let effects = assistants.iter().copied();
                effects.map(AppendEffect::RequestTurnOf).collect()
            }
        }
    }
}

/// Returns who is expected to answer a new message: where an assistant serves the conversation, it answers what people
/// say; in a group, the assistants that are mentioned do. The conversation may have changed since it was read, so the
/// append decides again whether its assistant answers; in doubt a person has to respond.
pub(crate) async fn expected_responder(
    engine: &Engine,
    ctx: &Ctx,
    conversation: &ConversationHeader,
    command: &CreateMessage,
) -> Result<Responder> {
    let is_question = command.role == MessageRole::User
        && command.requests_answer
        && (command.author.is_none() || command.author != conversation.assistant);
    if !is_question {
        return Ok(Responder::None);
    }
    let responder = match conversation.kind {
        ConversationKind::Chat => served_by(conversation),
        // With an assistant.
        ConversationKind::Direct if conversation.assistant.is_some() => served_by(conversation),
        ConversationKind::Group => find_mentioned(engine, ctx, conversation, command).await?,
        ConversationKind::Direct | ConversationKind::Thread => Responder::None,
    };
    let asks_assistant = matches!(responder, Responder::Assistant | Responder::Mentioned(_));
    if !asks_assistant || assistant_settings::has_provider(engine, ctx.ws()).await? {
        return Ok(responder);
    }
    Ok(Responder::PersonWithoutProvider)
}

fn served_by(conversation: &ConversationHeader) -> Responder {
    match conversation.assistant_answers {
        true => Responder::Assistant,
        false => Responder::Person,
    }
}

/// Returns the assistants that participate in a group and are mentioned in a message.
async fn find_mentioned(
    engine: &Engine,
    ctx: &Ctx,
    conversation: &ConversationHeader,
    command: &CreateMessage,
) -> Result<Responder> {
    if command.mentions.is_empty() {
        return Ok(Responder::None);
    }
    let (ws, number) = (ctx.ws(), conversation.number);
    let mut assistants = engine
        .store
        .read(move |tx| participant::list_assistants(tx, ws, number))
        .await?;
    assistants.retain(|found| command.mentions.contains(found) && command.author != Some(*found));
    Ok(match assistants.is_empty() {
        true => Responder::None,
        false => Responder::Mentioned(assistants),
    })
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
