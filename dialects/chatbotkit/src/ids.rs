//! How ids are spelled: a prefix and 26 base-32 characters whose order is the order of creation.

use parlor_kit::ids::{parse_prefixed, prefixed};
use parlor_model::error::Noun;
use parlor_model::id::{ConversationId, FileId, MemberId, MessageId, SpaceId};
use parlor_model::{Error, Result};

pub(crate) const SPACE: &str = "space_";
pub(crate) const CONTACT: &str = "contact_";
pub(crate) const CONVERSATION: &str = "conversation_";
pub(crate) const MESSAGE: &str = "message_";
const FILE: &str = "file_";

/// A space's id. A text of another form names nothing, which is the same as an unknown id.
pub(crate) fn space(text: &str) -> Result<SpaceId> {
    parse_prefixed(SPACE, text).ok_or_else(|| Error::not_found(Noun::Space))
}

/// A contact's id.
pub(crate) fn contact(text: &str) -> Result<MemberId> {
    parse_prefixed(CONTACT, text).ok_or_else(|| Error::not_found(Noun::Contact))
}

/// A conversation's id.
pub(crate) fn conversation(text: &str) -> Result<ConversationId> {
    parse_prefixed(CONVERSATION, text).ok_or_else(|| Error::not_found(Noun::Conversation))
}

/// A message's id.
pub(crate) fn message(text: &str) -> Result<MessageId> {
    parse_prefixed(MESSAGE, text).ok_or_else(|| Error::not_found(Noun::Message))
}

/// A file's id.
pub(crate) fn file(text: &str) -> Result<FileId> {
    parse_prefixed(FILE, text).ok_or_else(|| Error::not_found(Noun::File))
}

/// A file's id as the place in a list.
pub(crate) fn file_cursor(text: &str) -> Result<FileId> {
    parse_prefixed(FILE, text)
        .ok_or_else(|| Error::invalid("cursor", "must be one that a list has given"))
}

pub(crate) fn of_file(id: FileId) -> String {
    prefixed(FILE, id)
}

pub(crate) fn of_space(id: SpaceId) -> String {
    prefixed(SPACE, id)
}

pub(crate) fn of_contact(id: MemberId) -> String {
    prefixed(CONTACT, id)
}

pub(crate) fn of_conversation(id: ConversationId) -> String {
    prefixed(CONVERSATION, id)
}

pub(crate) fn of_message(id: MessageId) -> String {
    prefixed(MESSAGE, id)
}
