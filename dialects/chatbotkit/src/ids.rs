//! Ids on the wire: a prefix and 26 base-32 characters, which sort by creation.

use parlor_kit::ids::{format_prefixed, parse_prefixed};
use parlor_model::error::EntityKind;
use parlor_model::id::{ConversationId, FileId, MemberId, MessageId, SpaceId};
use parlor_model::{Error, Result};

pub(crate) const SPACE_PREFIX: &str = "space_";
pub(crate) const CONTACT_PREFIX: &str = "contact_";
pub(crate) const CONVERSATION_PREFIX: &str = "conversation_";
pub(crate) const MESSAGE_PREFIX: &str = "message_";
const FILE_PREFIX: &str = "file_";

/// Parses a space's id. A text of another form is an unknown id: 404, not 400.
pub(crate) fn parse_space_id(text: &str) -> Result<SpaceId> {
    parse_prefixed(SPACE_PREFIX, text).ok_or_else(|| Error::not_found(EntityKind::Space))
}

/// Parses a contact's id.
pub(crate) fn parse_contact_id(text: &str) -> Result<MemberId> {
    parse_prefixed(CONTACT_PREFIX, text).ok_or_else(|| Error::not_found(EntityKind::Contact))
}

/// Parses a conversation's id.
pub(crate) fn parse_conversation_id(text: &str) -> Result<ConversationId> {
    parse_prefixed(CONVERSATION_PREFIX, text)
        .ok_or_else(|| Error::not_found(EntityKind::Conversation))
}

/// Parses a message's id.
pub(crate) fn parse_message_id(text: &str) -> Result<MessageId> {
    parse_prefixed(MESSAGE_PREFIX, text).ok_or_else(|| Error::not_found(EntityKind::Message))
}

/// Parses a file's id.
pub(crate) fn parse_file_id(text: &str) -> Result<FileId> {
    parse_prefixed(FILE_PREFIX, text).ok_or_else(|| Error::not_found(EntityKind::File))
}

/// Parses a file's id that is the cursor of a list.
pub(crate) fn parse_file_cursor(text: &str) -> Result<FileId> {
    parse_prefixed(FILE_PREFIX, text)
        .ok_or_else(|| Error::invalid("cursor", "must be one that a list has given"))
}

pub(crate) fn format_file_id(id: FileId) -> String {
    format_prefixed(FILE_PREFIX, id)
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
