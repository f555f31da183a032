//! Receives calls to numbers of a workspace.

use parlor_model::conversation::Medium;
use parlor_model::redacted::Redacted;
use parlor_model::unmatched_message::NewUnmatchedMessage;
use parlor_model::voice_call::{VoiceCall, VoiceCallDirection, VoiceCallStatus};
use parlor_model::{Ctx, Result};
use parlor_store::Tx;
use parlor_store::repo::address::Address;
use parlor_store::repo::{address, phone_number as phone_numbers, voice_call as repo};

use crate::chat::receive_text::{create_sender, start_chat};
use crate::{Engine, member, unmatched_message};

/// A call to a number of a workspace.
#[derive(Debug, Clone)]
pub struct InboundCall {
    /// Id that the carrier has given it: a repeated one is the same call.
    pub carrier_id: String,
    /// Number of the caller in E.164; anything else is anonymous.
    pub from: Redacted<String>,
    /// Number of the workspace in E.164.
    pub to: Redacted<String>,
}

/// What becomes of a call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ReceivedCall {
    /// It is a call of the caller's chat.
    Accepted(VoiceCall),
    /// The workspace has no such number for calls. Nothing is stored.
    UnknownNumber,
    /// The caller has no number, or is archived. Nothing is stored. The text is the workspace's own, if it has any.
    CallerRefused(Option<Redacted<String>>),
}

/// Takes a call into the caller's newest open chat over the number that was called, otherwise into a new one, as
/// [`super::super::receive_text`] does with texts.
///
/// The caller has authenticated the carrier; `ctx` is that of the server's operator.
///
/// # Errors
/// An error means that nothing was stored.
pub async fn receive(engine: &Engine, ctx: &Ctx, inbound: InboundCall) -> Result<ReceivedCall> {
    let Ok(to) = member::normalize_phone(&inbound.to, None) else {
        return Ok(ReceivedCall::UnknownNumber);
    };
    let from = member::normalize_phone(&inbound.from, None).ok();
    let (owned_ctx, id) = (*ctx, inbound.carrier_id.clone());
    let received = engine
        .store
        .write(move |tx| {
            let numbers = (from.as_deref(), to.as_str());
            receive_in_tx(tx, &owned_ctx, numbers, &id)
        })
        .await?;
    if received == ReceivedCall::UnknownNumber {
        let unmatched = NewUnmatchedMessage {
            medium: Medium::Voice,
            external_id: inbound.carrier_id,
            sender: inbound.from,
            recipient: inbound.to,
            content: Redacted::default(),
        };
        unmatched_message::record(engine, ctx.ws(), unmatched).await;
    }
    // A new chat's assistant may have something to say first.
    engine.turn_requested.notify_one();
    crate::outbox::wake_worker(engine);
    Ok(received)
}

fn receive_in_tx(
    tx: &mut dyn Tx,
    ctx: &Ctx,
    (from, to): (Option<&str>, &str),
    carrier_id: &str,
) -> Result<ReceivedCall> {
    let ws = ctx.ws();
    let number = phone_numbers::find_by_e164(tx, ws, to)?;
    let number = number.filter(|number| number.voice && number.archived_at.is_none());
    let Some(number) = number else {
        return Ok(ReceivedCall::UnknownNumber);
    };
    let rejection = number.options.anonymous_rejection.clone().map(Redacted);
    let Some(from) = from else {
        return Ok(ReceivedCall::CallerRefused(rejection));
    };
    // The lock of the number comes first: two calls of a new caller make one member and one chat.
    phone_numbers::lock(tx, ws, number.number)?;
    if let Some(known) = repo::find_by_carrier_id(tx, ws, carrier_id)? {
        return Ok(ReceivedCall::Accepted(known));
    }
    let known = address::find_by_address(tx, ws, Address::Phone(from), 1)?;
    let known = known.into_iter().next();
    let is_known = known.is_some();
    let caller = match known {
        Some(caller) => caller,
        None => create_sender(tx, ctx, from, &number)?,
    };
    if caller.member.archived_at.is_some() {
        return Ok(ReceivedCall::CallerRefused(None));
    }
    let member = caller.member.key.number;
    let over = (number.number, Medium::Voice);
    let chat = match phone_numbers::find_open_chat(tx, ws, member, over)? {
        Some(chat) => chat,
        None => start_chat(tx, ctx, &caller.member, (&number, Medium::Voice), is_known)?,
    };
    let begun = (VoiceCallDirection::Inbound, VoiceCallStatus::Ringing);
    let call = repo::insert(tx, ws, chat, begun, Some(carrier_id))?;
    Ok(ReceivedCall::Accepted(call))
}
