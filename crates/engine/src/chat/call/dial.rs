//! Places the call of a new chat.

use parlor_model::outbox::DeliveryFailureReason;
use parlor_model::redacted::Redacted;
use parlor_model::voice_call::{VoiceCall, VoiceCallDirection, VoiceCallStatus};
use parlor_model::{Ctx, Result};
use parlor_store::Tx;
use parlor_store::repo::voice_call as repo;

use crate::chat::create_in_tx::ChatSetup;
use crate::outbound::{DeliveryError, OutboundCall};
use crate::{Engine, consent};

/// Inserts the call that a new chat will place, in the transaction that creates the chat. In quiet hours it is cancelled
/// already.
pub(in crate::chat) fn insert_outbound(
    tx: &mut dyn Tx,
    ctx: &Ctx,
    conversation: i64,
) -> Result<VoiceCall> {
    let status = match consent::is_quiet_for_calls(tx, ctx.ws())? {
        true => VoiceCallStatus::Canceled,
        false => VoiceCallStatus::Queued,
    };
    let begun = (VoiceCallDirection::Outbound, status);
    repo::insert(tx, ctx.ws(), conversation, begun, None)
}

/// Gives a call to the carrier, once, and returns how far it is. A call whose request was lost is not placed again, as the
/// carrier may have it.
pub(in crate::chat) async fn dial(
    engine: &Engine,
    ctx: &Ctx,
    setup: &ChatSetup,
    call: VoiceCall,
) -> VoiceCall {
    let sent = dispatch(engine, ctx, setup, &call).await;
    let (ws, number, id) = (ctx.ws(), call.number, call.id);
    let accepted = sent.clone();
    let recorded = engine
        .store
        .write(move |tx| {
            match &accepted {
                Ok(Some(carrier_id)) => repo::set_carrier_id(tx, ws, number, carrier_id)?,
                Ok(None) => {}
                Err(_) => repo::fail_dispatch(tx, ws, number)?,
            }
            repo::find(tx, ws, id)
        })
        .await;
    match recorded {
        Ok(Some(recorded)) => recorded,
        // The chat was deleted meanwhile.
        Ok(None) => as_sent(call, sent),
        Err(error) => {
            tracing::error!(?error, "what a carrier said of a call could not be stored");
            as_sent(call, sent)
        }
    }
}

fn as_sent(call: VoiceCall, sent: Result<Option<String>, DeliveryError>) -> VoiceCall {
    match sent {
        Ok(carrier_id) => VoiceCall { carrier_id, ..call },
        Err(_) => VoiceCall {
            status: VoiceCallStatus::Failed,
            ..call
        },
    }
}

async fn dispatch(
    engine: &Engine,
    ctx: &Ctx,
    setup: &ChatSetup,
    call: &VoiceCall,
) -> Result<Option<String>, DeliveryError> {
    // Both were resolved in the transaction that created the chat.
    let from = setup.phone_number.as_ref().map(|sender| &sender.e164);
    let to = setup.subject.profile.phone.as_ref();
    let (Some(from), Some(to), Some(public_url)) = (from, to, engine.public_url.get()) else {
        return Err(DeliveryError::Permanent(DeliveryFailureReason::NoSender));
    };
    let outbound = OutboundCall {
        id: call.id,
        workspace: ctx.workspace.id,
        from: Redacted(from.clone()),
        to: Redacted(to.clone()),
        public_url: public_url.clone(),
    };
    engine.carrier.place_call(outbound).await
}
