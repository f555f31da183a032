//! The vendor's names of events.

use parlor_model::outbox::EventKind;

/// Returns the event with a name. Names are stored with a colon; callers may write a point.
pub(super) fn event_from_name(name: &str) -> Option<EventKind> {
    let is_named = |event: &&EventKind| event_name(**event) == name;
    EventKind::ALL.iter().find(is_named).copied()
}

/// Returns the name of an event.
pub(super) const fn event_name(event: EventKind) -> &'static str {
    match event {
        EventKind::ConversationCreated => "chat:created",
        EventKind::MessageCreated => "chat:message_created",
        EventKind::NeedsResponse => "chat:needs_response",
        EventKind::ConversationArchived => "chat:archived",
    }
}
