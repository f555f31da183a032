//! How ids are spelled: a prefix and 26 base-32 characters whose order is the order of creation.

use parlor_kit::ids::{format_prefixed, parse_prefixed};
use parlor_model::error::EntityKind;
use parlor_model::id::{ConversationId, MemberId, MessageId, SpaceId};
use parlor_model::{Error, Result};

pub(crate) const SPACE_PREFIX: &str = "space_";
pub(crate) const CONTACT_PREFIX: &str = "contact_";
pub(crate) const CONVERSATION_PREFIX: &str = "conversation_";
pub(crate) const MESSAGE_PREFIX: &str = "message_";

/// A space's id. A text of another form names nothing, which is the same as an unknown id.
pub(crate) fn parse_space_id(text: &str) -> Result<SpaceId> {
    parse_prefixed(SPACE_PREFIX, text).ok_or_else(|| Error::not_found(EntityKind::Space))
}

/// A contact's id.
pub(crate) fn parse_contact_id(text: &str) -> Result<MemberId> {
    parse_prefixed(CONTACT_PREFIX, text).ok_or_else(|| Error::not_found(EntityKind::Contact))
}

/// A conversation's id.
pub(crate) fn parse_conversation_id(text: &str) -> Result<ConversationId> {
    parse_prefixed(CONVERSATION_PREFIX, text)
        .ok_or_else(|| Error::not_found(EntityKind::Conversation))
}

/// A message's id.
pub(crate) fn parse_message_id(text: &str) -> Result<MessageId> {
    parse_prefixed(MESSAGE_PREFIX, text).ok_or_else(|| Error::not_found(EntityKind::Message))
}

pub(crate) fn format_space_id(id: SpaceId) -> String {
    format_prefixed(SPACE_PREFIX, id)
}

pub(crate) fn format_contact_id(id: MemberId) -> String {
    format_prefixed(CONTACT_PREFIX, id)
}

pub(crate) fn format_conversation_id(id: ConversationId) -> String {
    format_prefixed(CONVERSATION_PREFIX, id)
}

pub(crate) fn format_message_id(id: MessageId) -> String {
    format_prefixed(MESSAGE_PREFIX, id)
}
