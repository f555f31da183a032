//! Ids as this vendor spells them: UUIDs with dashes for what the server names, the customer's own text for users.

use parlor_kit::ids;
use parlor_model::conversation::{Conversation, ConversationKey};
use parlor_model::error::EntityKind;
use parlor_model::member::{MemberKey, MemberRef};
use parlor_model::{Error, Result};

/// Longest id of a customer's, in characters.
const MAX_USER_ID_CHARS: usize = 255;

/// The chat a path names. What is not a UUID is no chat's id.
pub(crate) fn parse_chat_id(text: &str) -> Result<ConversationKey> {
    ids::parse_uuid(text)
        .map(ConversationKey::Id)
        .ok_or_else(|| Error::not_found(EntityKind::Conversation))
}

/// The user a body or a path names, exactly as sent. A member the customer has not named goes by its own UUID, and is
/// found by it.
pub(crate) fn parse_user_id(text: &str) -> Result<MemberKey> {
    let refused = |rule: &'static str| Err(Error::invalid("user_id", rule));
    if text.trim().is_empty() {
        return refused("must not be empty");
    }
    if text.len() > MAX_USER_ID_CHARS && text.chars().count() > MAX_USER_ID_CHARS {
        return refused("must be at most 255 characters");
    }
    if text.chars().any(char::is_control) {
        return refused("must not contain control characters");
    }
    Ok(match ids::parse_uuid(text) {
        Some(id) => MemberKey::ExternalOr(text.to_owned(), id),
        None => MemberKey::External(text.to_owned()),
    })
}

/// How a member is called here: by the customer's own id, or by its UUID where the customer never named it.
pub(crate) fn format_user_id(member: &MemberRef) -> String {
    member
        .external_id
        .clone()
        .unwrap_or_else(|| ids::format_uuid(member.id))
}

/// Whose chat it is: its subject's, otherwise its maker's. A conversation that was made for nobody by a key that acts
/// for nobody, or whose user was deleted, shows the empty text, which no user can have.
pub(crate) fn chat_user_id(conversation: &Conversation) -> String {
    let user = conversation
        .subject
        .as_ref()
        .or(conversation.owner.as_ref());
    user.map(format_user_id).unwrap_or_default()
}
