//! Which members are contacts.

use parlor_model::access::WorkspaceRole;
use parlor_model::member::{Member, MemberKind};

/// Whether a member is one of the contacts: everybody but assistants and the owner.
pub fn is_contact(member: &Member) -> bool {
    member.key.kind != MemberKind::Assistant && member.role != Some(WorkspaceRole::Owner)
}
