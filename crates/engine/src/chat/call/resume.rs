//! Opens the call that a carrier's request is about.

use parlor_model::conversation::{Conversation, ConversationKey, ConversationState};
use parlor_model::error::EntityKind;
use parlor_model::id::{IdOrNumber, VoiceCallId};
use parlor_model::phone_number::PhoneNumber;
use parlor_model::voice_call::{VoiceCall, VoiceCallStatus};
use parlor_model::{Ctx, Error, Result};
use parlor_store::Tx;
use parlor_store::repo::{phone_number, voice_call as repo};

use crate::Engine;
use crate::authority::{self, ConversationPermission};

/// A call as a carrier names it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CallReference {
    /// Its id; without one the carrier's is enough.
    pub id: Option<VoiceCallId>,
    /// Id that the carrier has given it.
    pub carrier_id: String,
}

/// A call under way, in a chat that is not over.
pub(super) struct OpenCall {
    pub(super) call: VoiceCall,
    pub(super) conversation: Conversation,
    /// The workspace's number.
    pub(super) number: Option<PhoneNumber>,
}

impl OpenCall {
    /// Returns whether the chat's assistant answers.
    pub(super) const fn has_assistant(&self) -> bool {
        let service = &self.conversation.service;
        service.assistant_enabled && !service.paused
    }
}

/// Returns whether a call and its chat are still open.
///
/// # Errors
/// `NotFound` for an unknown call.
pub async fn is_open(engine: &Engine, ctx: &Ctx, reference: &CallReference) -> Result<bool> {
    let opened = open(engine, ctx, reference).await?;
    Ok(opened.is_some())
}

/// Opens a call that talks: it is in progress from now on, unless it is over. `None` if it, or its chat, is over.
///
/// # Errors
/// `NotFound` for an unknown call.
pub(super) async fn open(
    engine: &Engine,
    ctx: &Ctx,
    reference: &CallReference,
) -> Result<Option<OpenCall>> {
    let (owned_ctx, reference) = (*ctx, reference.clone());
    engine
        .store
        .write(move |tx| open_in_tx(tx, &owned_ctx, &reference))
        .await
}

fn open_in_tx(tx: &mut dyn Tx, ctx: &Ctx, reference: &CallReference) -> Result<Option<OpenCall>> {
    let call = find_in_tx(tx, ctx, reference)?;
    let key = ConversationKey::Number(call.conversation);
    let found = authority::find_conversation(tx, ctx, key, ConversationPermission::ReadMessages)?;
    let conversation = found.conversation;
    if call.is_over() || conversation.state != ConversationState::Active {
        return Ok(None);
    }
    move_on(tx, ctx, &call, (VoiceCallStatus::InProgress, reference))?;
    let number = match conversation.service.phone_number {
        Some(number) => phone_number::find(tx, ctx.ws(), IdOrNumber::Number(number))?,
        None => None,
    };
    Ok(Some(OpenCall {
        call,
        conversation,
        number,
    }))
}

/// Finds the call of a reference. Another id of the carrier than the known one names no call.
pub(super) fn find_in_tx(
    tx: &mut dyn Tx,
    ctx: &Ctx,
    reference: &CallReference,
) -> Result<VoiceCall> {
    let found = match reference.id {
        Some(id) => repo::find(tx, ctx.ws(), id)?,
        None => repo::find_by_carrier_id(tx, ctx.ws(), &reference.carrier_id)?,
    };
    let is_same = |known: &String| *known == reference.carrier_id;
    found
        .filter(|call| call.carrier_id.as_ref().is_none_or(is_same))
        .ok_or_else(|| Error::not_found(EntityKind::Conversation))
}

/// Moves a call on, and keeps the carrier's id of it.
pub(super) fn move_on(
    tx: &mut dyn Tx,
    ctx: &Ctx,
    call: &VoiceCall,
    (status, reference): (VoiceCallStatus, &CallReference),
) -> Result<()> {
    if call.status != status {
        // Before the id is known: a failure without it was only assumed.
        repo::advance(tx, ctx.ws(), call.number, status)?;
    }
    if call.carrier_id.is_none() {
        repo::set_carrier_id(tx, ctx.ws(), call.number, &reference.carrier_id)?;
    }
    Ok(())
}
