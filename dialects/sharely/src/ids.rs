//! Ids as UUIDs with hyphens: parsed in any case, formatted in lower case.

use parlor_kit::PathParams;
use parlor_kit::ids::{format_uuid, parse_uuid};
use parlor_model::error::EntityKind;
use parlor_model::id::{ConversationId, CustomRoleId, MemberId, SpaceId, WorkspaceId};
use parlor_model::member::MemberKey;
use parlor_model::{Error, Id, Result};

/// Returns the workspace in the path, `None` if it is no UUID.
pub(crate) fn workspace_id_from_path(params: &PathParams) -> Option<WorkspaceId> {
    parse_uuid(params.get("workspace"))
}

/// Returns the space in the path.
///
/// # Errors
/// `NotFound` if it is no UUID.
pub(crate) fn space_id_from_path(params: &PathParams) -> Result<SpaceId> {
    parse_uuid(params.get("space")).ok_or_else(|| Error::not_found(EntityKind::Space))
}

/// Returns the group in the path.
///
/// # Errors
/// `NotFound` if it is no UUID.
pub(crate) fn group_id_from_path(params: &PathParams) -> Result<ConversationId> {
    parse_uuid(params.get("conversation")).ok_or_else(|| Error::not_found(EntityKind::Conversation))
}

/// Returns the thread in the path.
///
/// # Errors
/// `NotFound` if it is no UUID.
pub(crate) fn thread_id_from_path(params: &PathParams) -> Result<ConversationId> {
    parse_uuid(params.get("thread")).ok_or_else(|| Error::not_found(EntityKind::Thread))
}

/// Returns the role in the path.
///
/// # Errors
/// `NotFound` if it is no UUID.
pub(crate) fn role_id_from_path(params: &PathParams) -> Result<CustomRoleId> {
    parse_uuid(params.get("role")).ok_or_else(|| Error::not_found(EntityKind::Role))
}

/// Parses an optional id of a body or a query.
///
/// # Errors
/// `Invalid` with the field's name if it is no UUID.
pub(crate) fn parse_optional_id<K>(
    text: Option<&str>,
    field: &'static str,
) -> Result<Option<Id<K>>> {
    text.map(|text| parse_uuid(text).ok_or_else(|| Error::invalid(field, "must be a UUID")))
        .transpose()
}

/// Returns the keys by which a user is looked up: a UUID is a member's id, otherwise the customer's own id.
pub(crate) fn member_keys(text: &str) -> Vec<MemberKey> {
    match parse_uuid(text) {
        Some(id) => member_keys_from_id(id),
        None => vec![MemberKey::External(text.to_owned())],
    }
}

/// Returns the keys by which a user named by a UUID is looked up: the member's id, then the customer's own id.
pub(crate) fn member_keys_from_id(id: MemberId) -> Vec<MemberKey> {
    vec![MemberKey::Id(id), MemberKey::External(format_uuid(id))]
}
