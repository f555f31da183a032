//! Conversations and messages as JSON.

use parlor_engine::conversation::ConversationDetails;
use parlor_kit::{ids, time};
use parlor_model::conversation::Conversation;
use parlor_model::member::MemberRef;
use parlor_model::message::Message;
use serde_json::{Value, json};

/// Returns a conversation as it stands in a list.
pub(crate) fn render_conversation(conversation: &Conversation) -> Value {
    let service = &conversation.service;
    json!({
        "id": ids::format_uuid(conversation.id),
        "kind": conversation.kind.as_str(),
        "state": conversation.state.as_str(),
        "medium": service.medium.as_str(),
        "title": conversation.title,
        "subject": conversation.subject.as_ref().map(render_member),
        "assistant_answers": service.assistant_enabled && !service.paused,
        "needs_response": service.needs_response,
        "last_seq": conversation.last_seq,
        "last_message_at": conversation.last_message_at.map(time::format_iso),
        "created_at": time::format_iso(conversation.created_at),
        "updated_at": time::format_iso(conversation.updated_at),
    })
}

/// Returns a conversation with its participants.
pub(crate) fn render_details(details: &ConversationDetails) -> Value {
    let mut value = render_conversation(&details.conversation);
    let participants = details.participants.iter().map(|participant| {
        let mut member = render_member(&participant.member);
        member["role"] = json!(participant.role.as_str());
        member
    });
    value["description"] = json!(details.conversation.description);
    value["participants"] = participants.collect();
    value["message_count"] = json!(details.counts.total());
    value["unread"] = json!(details.unread);
    value
}

/// Returns a message.
pub(crate) fn render_message(message: &Message) -> Value {
    let attachment = message.details.media.as_ref();
    let attachment = attachment.map(|found| json!({ "kind": found.kind, "url": found.url }));
    json!({
        "id": ids::format_uuid(message.id),
        "conversation": ids::format_uuid(message.conversation),
        "seq": message.seq,
        "role": message.role.as_str(),
        "author": message.author.as_ref().map(render_member),
        "text": message.text.0,
        "attachment": attachment,
        "created_at": time::format_iso(message.created_at),
    })
}

fn render_member(member: &MemberRef) -> Value {
    json!({
        "id": ids::format_uuid(member.id),
        "name": member.name,
        "kind": member.kind.as_str(),
    })
}
