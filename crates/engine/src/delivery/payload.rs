//! What a receiver is told of an event.

use parlor_model::conversation::ConversationKey;
use parlor_model::ctx::WorkspaceRef;
use parlor_model::event_rule::EventRule;
use parlor_model::label::Label;
use parlor_model::message::{Message, MessageKey};
use parlor_model::outbox::Delivery;
use parlor_model::scope::Scopes;
use parlor_model::{Ctx, Result};
use parlor_store::Tx;
use parlor_store::repo::{
    conversation as conversations, label, message as messages, thread, workspace,
};

use crate::conversation::{self, ConversationDetails};

/// An event with what it is about.
#[derive(Debug)]
pub struct EventPayload {
    /// Context of the server itself in the workspace.
    pub ctx: Ctx,
    /// The delivery.
    pub delivery: Delivery,
    /// The rule that asks for the event.
    pub rule: EventRule,
    /// The conversation.
    pub conversation: ConversationDetails,
    /// Its labels.
    pub labels: Vec<Label>,
    /// The message, for events that are about one.
    pub message: Option<Message>,
}

/// Writes events as the receivers of a dialect read them.
pub trait EventPayloadEncoder: Send + Sync + 'static {
    /// Returns the body of the request.
    fn encode(&self, event: EventPayload) -> Result<Vec<u8>>;
}

/// Reads what a delivery is about. `None` if it does not exist any more.
pub(super) fn load(
    tx: &mut dyn Tx,
    ws: i64,
    delivery: Delivery,
    rule: EventRule,
) -> Result<Option<EventPayload>> {
    let Some(workspace) = workspace::find_by_number(tx, ws)? else {
        return Ok(None);
    };
    let ctx = server_context(workspace.key, &delivery);
    let key = ConversationKey::Number(delivery.conversation);
    let Some(found) = conversations::find(tx, ws, key)? else {
        return Ok(None);
    };
    // A thread may have been bound to a role since, which makes it nobody else's business.
    if thread::find_role(tx, ws, found.number)?.is_some() {
        return Ok(None);
    }
    let message = match delivery.message {
        Some(id) => {
            let found = messages::find(tx, ws, delivery.conversation, MessageKey::Id(id))?;
            let Some(mut message) = found else {
                return Ok(None);
            };
            // Later than the event, and not everybody's business.
            (message.rating, message.rating_comment) = (None, None);
            Some(message)
        }
        None => None,
    };
    let labels = label::list_for_conversation(tx, ws, found.number)?;
    Ok(Some(EventPayload {
        conversation: conversation::load_details(tx, &ctx, found)?,
        ctx,
        delivery,
        rule,
        labels,
        message,
    }))
}

fn server_context(workspace: WorkspaceRef, delivery: &Delivery) -> Ctx {
    Ctx::unbound(workspace, Scopes::NONE, delivery.id.uuid())
}
