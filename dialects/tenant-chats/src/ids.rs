//! Text forms of ids: hyphenated UUIDs for chats, the customer's own ids for users.
//!
//! Keeps INV-70 (`docs/invariants.md`).

use parlor_kit::ids;
use parlor_model::conversation::{Conversation, ConversationKey};
use parlor_model::error::EntityKind;
use parlor_model::member::{MemberKey, MemberRef};
use parlor_model::{Error, Result};

/// Maximum length of a customer's id, in characters.
const MAX_USER_ID_CHARS: usize = 255;

/// Parses a chat's id.
///
/// # Errors
/// `NotFound` for a text that is no UUID.
pub(crate) fn parse_chat_id(text: &str) -> Result<ConversationKey> {
    ids::parse_uuid(text)
        .map(ConversationKey::Id)
        .ok_or_else(|| Error::not_found(EntityKind::Conversation))
}

/// Parses a user's id: the customer's own id, exactly as sent. A UUID also names the member with that id, if the customer
/// has not named it otherwise.
///
/// # Errors
/// `Invalid` for an empty text, more than 255 characters, or control characters.
pub(crate) fn parse_user_id(text: &str) -> Result<MemberKey> {
    let invalid = |rule: &'static str| Err(Error::invalid("user_id", rule));
    if text.trim().is_empty() {
        return invalid("must not be empty");
    }
    if text.len() > MAX_USER_ID_CHARS && text.chars().count() > MAX_USER_ID_CHARS {
        return invalid("must be at most 255 characters");
    }
    if text.chars().any(char::is_control) {
        return invalid("must not contain control characters");
    }
    Ok(match ids::parse_uuid(text) {
        Some(id) => MemberKey::ExternalOr(text.to_owned(), id),
        None => MemberKey::External(text.to_owned()),
    })
}

/// Returns the customer's id of a member, or its UUID if the customer has not named it.
pub(crate) fn format_user_id(member: &MemberRef) -> String {
    member
        .external_id
        .clone()
        .unwrap_or_else(|| ids::format_uuid(member.id))
}

/// Returns the id of a chat's user: its subject, otherwise its owner. Returns an empty text, which is no valid id, without
/// either: an unbound key created the conversation for no user, or its user was deleted.
pub(crate) fn chat_user_id(conversation: &Conversation) -> String {
    let user = conversation
        .subject
        .as_ref()
        .or(conversation.owner.as_ref());
    user.map(format_user_id).unwrap_or_default()
}
