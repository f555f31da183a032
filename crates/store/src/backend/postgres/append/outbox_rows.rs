//! What a batch queues in the outbox: one statement for all messages, sent with the commit.

use parlor_model::Result;
use parlor_model::id::DeliveryId;
use serde::Serialize;

use super::positioned_message::PositionedMessage;
use super::to_json_text;
use crate::Tx;
use crate::append_message::AppendEffect;
use crate::backend::postgres::transaction::PostgresTx;

/// Rows of a batch, as parameters of statements. `None` without rows.
#[derive(Default)]
pub(super) struct OutboxRows {
    /// For `PUT_CARRIER_QUEUES` and `INSERT_CARRIER_DELIVERIES`.
    pub(super) for_carriers: Option<String>,
    /// For `INSERT_MESSAGE_EVENTS`.
    pub(super) events: Option<String>,
}

/// Delivery of a message.
#[derive(Serialize)]
struct DeliveryRow {
    ws: i64,
    id: String,
    /// The queue, unless it is the conversation's own.
    #[serde(skip_serializing_if = "Option::is_none")]
    queue: Option<i64>,
    conversation: i64,
    seq: i64,
    message: String,
    at: i64,
}

impl DeliveryRow {
    fn new(tx: &mut PostgresTx<'_>, message: &PositionedMessage<'_>, queue: Option<i64>) -> Self {
        let stamp = tx.next_stamp();
        let id: DeliveryId = stamp.id();
        let position = &message.position;
        Self {
            ws: message.entry.ws,
            id: id.uuid().to_string(),
            queue,
            conversation: position.conversation,
            seq: position.seq,
            message: position.message.uuid().to_string(),
            at: stamp.at.micros(),
        }
    }
}

impl OutboxRows {
    pub(super) fn new(
        tx: &mut PostgresTx<'_>,
        positioned: &[PositionedMessage<'_>],
    ) -> Result<Self> {
        let (mut for_carriers, mut events) = (Vec::new(), Vec::new());
        for message in positioned {
            for effect in &message.entry.effects {
                match effect {
                    AppendEffect::QueueForCarrier => {
                        for_carriers.push(DeliveryRow::new(tx, message, None));
                    }
                    AppendEffect::QueueEvent { queue, .. } if effect.queues_message() => {
                        events.push(DeliveryRow::new(tx, message, Some(queue.number)));
                    }
                    _ => {}
                }
            }
        }
        let to_text = |rows: Vec<DeliveryRow>| match rows.is_empty() {
            true => Ok(None),
            false => to_json_text(&rows).map(Some),
        };
        Ok(Self {
            for_carriers: to_text(for_carriers)?,
            events: to_text(events)?,
        })
    }
}
