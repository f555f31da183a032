//! Addresses a message of the outbox.

use parlor_model::Result;
use parlor_model::chat::DeliveryFailure;
use parlor_model::conversation::ConversationKey;
use parlor_model::message::MessageKey;
use parlor_model::outbox::{Delivery, DeliveryFailureReason};
use parlor_store::Tx;
use parlor_store::repo::{conversation, file, message, workspace};

use super::deliver::address;
use super::send_context::SendContext;
use crate::consent::{self, Hold};
use crate::outbound::OutboundMessage;
use crate::undeliverable_address::is_undeliverable;

/// What becomes of a message of the outbox.
pub(crate) enum AddressedDelivery {
    /// It is sent like this.
    Send(Box<OutboundMessage>),
    /// It is not sent, for this reason.
    Cancel(DeliveryFailureReason),
    /// It waits.
    Hold(Hold),
}

/// Decides what is sent for a delivery, to whom and when, as everything is now. Nothing is sent to somebody who has opted out
/// since, nor to an address that does not exist, nor what was deleted since.
pub(crate) fn address_delivery(
    tx: &mut dyn Tx,
    ws: i64,
    delivery: &Delivery,
) -> Result<AddressedDelivery> {
    let gone = Ok(AddressedDelivery::Cancel(
        DeliveryFailureReason::SubjectDeleted,
    ));
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
    let message = match addressed {
        Ok(message) => message,
        Err(failure) => return Ok(AddressedDelivery::Cancel(failure_reason(failure))),
    };
    if is_undeliverable(tx, ws, context.conversation.service.medium, &message.to)? {
        let reason = DeliveryFailureReason::AddressBounced;
        return Ok(AddressedDelivery::Cancel(reason));
    }
    // It has waited until its place came.
    let has_place = delivery.reason == Some(DeliveryFailureReason::RateLimited);
    let sending = &workspace.policy.sending;
    let hold = consent::find_hold(tx, ws, sending, &context.conversation, has_place)?;
    Ok(match hold {
        Some(hold) => AddressedDelivery::Hold(hold),
        None => AddressedDelivery::Send(Box::new(OutboundMessage {
            is_tracked: true,
            stored_files: file::of_message(tx, ws, id, i64::MAX)?,
            ..message
        })),
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
        DeliveryFailure::AddressBounced => DeliveryFailureReason::AddressBounced,
        DeliveryFailure::FilesTooLarge => DeliveryFailureReason::FilesTooLarge,
        DeliveryFailure::FileTypeRefused => DeliveryFailureReason::FileTypeRefused,
        // Nothing is dispatched here; a medium without messages has no carrier for them.
        DeliveryFailure::Dispatch => DeliveryFailureReason::NoCarrier,
    }
}
