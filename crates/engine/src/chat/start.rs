//! Starts a chat.

use parlor_model::chat::{DeliveryFailure, StartChat};
use parlor_model::conversation::ConversationKey;
use parlor_model::ctx::Actor;
use parlor_model::label::Label;
use parlor_model::member::MemberKey;
use parlor_model::scope::{Resource, Scope};
use parlor_model::voice_call::VoiceCall;
use parlor_model::{Ctx, Result, limit, text};

use super::call;
use super::create_in_tx::{create_in_tx, starts_with_call};
use super::opening::open;
use crate::conversation::{self, ConversationDetails};
use crate::{Engine, outbox, workspace};

/// A chat that was just started.
#[derive(Debug, Clone)]
pub struct StartChatResult {
    /// The chat as its creator sees it.
    pub details: ConversationDetails,
    /// Its labels.
    pub labels: Vec<Label>,
    /// The call that was placed.
    pub call: Option<VoiceCall>,
    /// Why the opening message was not delivered, if it was not.
    pub delivery_failure: Option<DeliveryFailure>,
}

/// Starts a chat for a member: creates the chat, its participants and, with a workflow, its assignment in one
/// transaction, then sends the opening message or places the call.
///
/// A failed delivery is reported in the result and the chat remains; in quiet hours nobody is called, and the message waits. Any caller may start a chat for itself; for
/// another member the workspace's policy may require `conversations:write`.
///
/// # Errors
/// An error means that no chat was created. Later failures are only logged.
pub async fn start(engine: &Engine, ctx: &Ctx, command: StartChat) -> Result<StartChatResult> {
    let actor = ctx.member()?;
    if let Some(title) = &command.title {
        text::validate_length(title, "title", limit::NAME.max_chars)?;
    }
    let others = command.subject.as_ref();
    if others.is_some_and(|key| !is_actor(key, actor)) {
        let workspace = workspace::find(engine, ctx.workspace.id).await?;
        if workspace.policy.require_scope_for_others {
            ctx.require(Scope::write(Resource::Conversations))?;
        }
    }
    let (owned_ctx, to_create) = (*ctx, command.clone());
    let (setup, call) = engine
        .store
        .write(move |tx| {
            let setup = create_in_tx(tx, &owned_ctx, actor, &to_create)?;
            let call = match starts_with_call(&to_create, setup.runs_workflow) {
                true => Some(call::insert_outbound(tx, &owned_ctx, setup.created.number)?),
                false => None,
            };
            Ok((setup, call))
        })
        .await?;
    outbox::wake_worker(engine);
    if setup.requests_opening {
        engine.turn_requested.notify_one();
    }
    let placed = match call {
        Some(call) if !call.status.is_final() => Some(call::dial(engine, ctx, &setup, call).await),
        // Not placed at this time of the day.
        call => call,
    };
    let mut delivery_failure = None;
    let mut is_stored = false;
    if let Some(text) = &command.opening {
        match open(engine, ctx, actor, (&command, &setup), text).await {
            Ok(stored) => is_stored = stored,
            Err(failure) => delivery_failure = Some(failure),
        }
    }
    let mut details = setup.details;
    if is_stored {
        details = reload_with_opening(engine, ctx, details).await;
    }
    Ok(StartChatResult {
        details,
        labels: setup.labels,
        call: placed,
        delivery_failure,
    })
}

/// Reads the chat again with its opening message. If that fails, returns the earlier state.
async fn reload_with_opening(
    engine: &Engine,
    ctx: &Ctx,
    created: ConversationDetails,
) -> ConversationDetails {
    let key = ConversationKey::Number(created.conversation.number);
    match conversation::find_with_details(engine, ctx, key).await {
        Ok(details) => details,
        Err(error) => {
            tracing::warn!(?error, "a new chat could not be read with its opening");
            let mut details = created;
            details.counts.assistant += 1;
            details
        }
    }
}

fn is_actor(key: &MemberKey, actor: Actor) -> bool {
    match key {
        MemberKey::Id(id) => *id == actor.id,
        MemberKey::Number(number) => *number == actor.number,
        MemberKey::External(_) | MemberKey::ExternalOr(..) | MemberKey::Handle(_) => false,
    }
}
