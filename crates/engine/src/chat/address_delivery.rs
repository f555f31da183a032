//! Addresses a message of the outbox.

use parlor_model::Result;
use parlor_model::chat::DeliveryFailure;
use parlor_model::conversation::ConversationKey;
use parlor_model::message::MessageKey;
use parlor_model::outbox::{Delivery, DeliveryFailureReason};
use parlor_store::Tx;
use parlor_store::repo::{conversation, message, workspace};

use super::deliver::address;
use super::send_context::SendContext;
use crate::outbound::OutboundMessage;

/// Returns what is sent for a delivery, to whom, as both are now. Nothing is sent to somebody who has opted out since, nor
/// what was deleted since.
pub(crate) fn address_delivery(
    tx: &mut dyn Tx,
    ws: i64,
    delivery: &Delivery,
) -> Result<std::result::Result<OutboundMessage, DeliveryFailureReason>> {
    let gone = Ok(Err(DeliveryFailureReason::SubjectDeleted));
    let Some(workspace) = workspace::find_by_number(tx, ws)? else {
        return gone;
    };
    let key = ConversationKey::Number(delivery.conversation);
    let (Some(found), Some(id)) = (conversation::find(tx, ws, key)?, delivery.message) else {
        return gone;
    };
    let message = message::find(tx, ws, found.number, MessageKey::Id(id))?;
    let Some(message) = message else {
        return gone;
    };
    let context = SendContext::load(tx, ws, found)?;
    let addressed = address(
        workspace.key.id,
        delivery.id.uuid(),
        context.route(),
        &message.text,
    );
    Ok(match addressed {
        Ok(message) => Ok(OutboundMessage {
            is_tracked: true,
            ..message
        }),
        Err(failure) => Err(failure_reason(failure)),
    })
}

const fn failure_reason(failure: DeliveryFailure) -> DeliveryFailureReason {
    match failure {
        DeliveryFailure::NoPhoneNumber | DeliveryFailure::NoInbox => {
            DeliveryFailureReason::NoSender
        }
        DeliveryFailure::NoRecipientPhone | DeliveryFailure::NoRecipientEmail => {
            DeliveryFailureReason::NoRecipient
        }
        DeliveryFailure::OptedOut => DeliveryFailureReason::OptedOut,
        // Nothing is dispatched here; a medium without messages has no carrier for them.
        DeliveryFailure::Dispatch => DeliveryFailureReason::NoCarrier,
    }
}
