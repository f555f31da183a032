//! Publishing of ephemeral events of one connection.

use parlor_bus::BusMessage;
use parlor_model::member::MemberRef;
use parlor_model::realtime::{EphemeralContent, EphemeralEvent};
use uuid::Uuid;

use super::Hub;

/// Publishes ephemeral events of one connection in one conversation.
pub(crate) struct EphemeralPublisher {
    /// Workspace number.
    pub(crate) ws: i64,
    /// Conversation number.
    pub(crate) conversation: i64,
    /// Connection that does not receive the events.
    pub(crate) origin: Uuid,
    /// Author of the events.
    pub(crate) member: MemberRef,
}

impl EphemeralPublisher {
    /// Publishes an event on all nodes.
    pub(crate) fn publish(&self, hub: &Hub, content: EphemeralContent) {
        hub.publish(&[BusMessage::Ephemeral(EphemeralEvent {
            ws: self.ws,
            conversation: self.conversation,
            origin: self.origin,
            member: self.member.clone(),
            content,
        })]);
    }
}
