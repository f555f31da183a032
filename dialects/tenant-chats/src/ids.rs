//! Ids as this vendor spells them: UUIDs with dashes for what the server names, the customer's own text for users.

use parlor_kit::ids;
use parlor_model::conversation::{Conversation, ConversationKey};
use parlor_model::error::Noun;
use parlor_model::member::{MemberKey, MemberRef};
use parlor_model::{Error, Result};

/// Longest id of a customer's, in characters.
const LONGEST: usize = 255;

/// The chat a path names. What is not a UUID is no chat's id.
pub(crate) fn chat(text: &str) -> Result<ConversationKey> {
    ids::parse_dashed(text)
        .map(ConversationKey::Id)
        .ok_or_else(|| Error::not_found(Noun::Conversation))
}

/// The user a body or a path names, exactly as sent. A member the customer has not named goes by its own UUID, and is
/// found by it.
pub(crate) fn user(text: &str) -> Result<MemberKey> {
    let refused = |rule: &'static str| Err(Error::invalid("user_id", rule));
    if text.trim().is_empty() {
        return refused("must not be empty");
    }
    if text.len() > LONGEST && text.chars().count() > LONGEST {
        return refused("must be at most 255 characters");
    }
    if text.chars().any(char::is_control) {
        return refused("must not contain control characters");
    }
    Ok(match ids::parse_dashed(text) {
        Some(id) => MemberKey::ExternalOr(text.to_owned(), id),
        None => MemberKey::External(text.to_owned()),
    })
}

/// How a member is called here: by the customer's own id, or by its UUID where the customer never named it.
pub(crate) fn of_user(member: &MemberRef) -> String {
    member
        .external_id
        .clone()
        .unwrap_or_else(|| ids::dashed(member.id))
}

/// Whose chat it is: its subject's, otherwise its maker's. A conversation that was made for nobody by a key that acts
/// for nobody, or whose user was deleted, shows the empty text, which no user can have.
pub(crate) fn user_of(conversation: &Conversation) -> String {
    let user = conversation
        .subject
        .as_ref()
        .or(conversation.owner.as_ref());
    user.map(of_user).unwrap_or_default()
}
