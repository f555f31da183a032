//! A member in the list.

use parlor_kit::{ids, time};
use parlor_model::access::WorkspaceRole;
use parlor_model::member::Member;

/// A member in the list.
pub(super) struct MemberRow {
    pub(super) id: String,
    pub(super) number: i64,
    pub(super) name: String,
    pub(super) kind: &'static str,
    pub(super) role: Option<&'static str>,
    pub(super) email: Option<String>,
    pub(super) phone: Option<String>,
    pub(super) archived_at: Option<String>,
    pub(super) created_at: String,
}

impl MemberRow {
    pub(super) fn new(member: &Member) -> Self {
        let number = member.key.number;
        let name = member.profile.name.clone().filter(|name| !name.is_empty());
        Self {
            id: ids::format_uuid(member.key.id),
            number,
            name: name.unwrap_or_else(|| format!("member {number}")),
            kind: member.key.kind.as_str(),
            role: member.role.map(WorkspaceRole::as_str),
            email: member.profile.email.clone(),
            phone: member.profile.phone.clone(),
            archived_at: member.archived_at.map(time::format_iso),
            created_at: time::format_iso(member.created_at),
        }
    }
}
