//! Which members are contacts.

use parlor_model::access::WorkspaceRole;
use parlor_model::member::{Member, MemberKind};

/// Returns whether a member is a contact: any but an assistant or the owner.
pub(crate) fn is_contact(member: &Member) -> bool {
    member.key.kind != MemberKind::Assistant && member.role != Some(WorkspaceRole::Owner)
}
