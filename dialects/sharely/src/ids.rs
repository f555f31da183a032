//! This vendor's spelling of ids: UUIDs with dashes, read in any case, written in lower case.

use parlor_kit::PathParams;
use parlor_kit::ids::parse_uuid;
use parlor_model::error::EntityKind;
use parlor_model::id::{ConversationId, CustomRoleId, SpaceId, WorkspaceId};
use parlor_model::{Error, Id, Result};

/// The workspace in the path. What is not an id names no workspace.
pub(crate) fn workspace_id_from_path(params: &PathParams) -> Option<WorkspaceId> {
    parse_uuid(params.get("workspace"))
}

/// The space in the path. What is not an id is answered as an unknown one.
pub(crate) fn space_id_from_path(params: &PathParams) -> Result<SpaceId> {
    parse_uuid(params.get("space")).ok_or_else(|| Error::not_found(EntityKind::Space))
}

/// The group in the path.
pub(crate) fn group_id_from_path(params: &PathParams) -> Result<ConversationId> {
    parse_uuid(params.get("conversation")).ok_or_else(|| Error::not_found(EntityKind::Conversation))
}

/// The thread in the path.
pub(crate) fn thread_id_from_path(params: &PathParams) -> Result<ConversationId> {
    parse_uuid(params.get("thread")).ok_or_else(|| Error::not_found(EntityKind::Thread))
}

/// The role in the path.
pub(crate) fn role_id_from_path(params: &PathParams) -> Result<CustomRoleId> {
    parse_uuid(params.get("role")).ok_or_else(|| Error::not_found(EntityKind::Role))
}

/// An id in a body or a query.
pub(crate) fn parse_optional_id<K>(
    text: Option<&str>,
    field: &'static str,
) -> Result<Option<Id<K>>> {
    text.map(|text| parse_uuid(text).ok_or_else(|| Error::invalid(field, "must be a UUID")))
        .transpose()
}
