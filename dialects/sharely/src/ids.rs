//! This vendor's spelling of ids: UUIDs with dashes, read in any case, written in lower case.

use parlor_kit::Params;
use parlor_kit::ids::parse_dashed;
use parlor_model::error::Noun;
use parlor_model::id::{ConversationId, RoleId, SpaceId, WorkspaceId};
use parlor_model::{Error, Id, Result};

/// The workspace in the path. What is not an id names no workspace.
pub(crate) fn workspace(params: &Params) -> Option<WorkspaceId> {
    parse_dashed(params.get("workspace"))
}

/// The space in the path. What is not an id is answered as an unknown one.
pub(crate) fn space(params: &Params) -> Result<SpaceId> {
    parse_dashed(params.get("space")).ok_or_else(|| Error::not_found(Noun::Space))
}

/// The group in the path.
pub(crate) fn conversation(params: &Params) -> Result<ConversationId> {
    parse_dashed(params.get("conversation")).ok_or_else(|| Error::not_found(Noun::Conversation))
}

/// The thread in the path.
pub(crate) fn thread(params: &Params) -> Result<ConversationId> {
    parse_dashed(params.get("thread")).ok_or_else(|| Error::not_found(Noun::Thread))
}

/// The role in the path.
pub(crate) fn role(params: &Params) -> Result<RoleId> {
    parse_dashed(params.get("role")).ok_or_else(|| Error::not_found(Noun::Role))
}

/// An id in a body or a query.
pub(crate) fn given<K>(text: Option<&str>, field: &'static str) -> Result<Option<Id<K>>> {
    text.map(|text| parse_dashed(text).ok_or_else(|| Error::invalid(field, "must be a UUID")))
        .transpose()
}
