//! A member in the list.

use parlor_kit::ids;
use parlor_model::member::Member;

use crate::text::member_name;

/// A member in the list.
pub(super) struct MemberRow {
    pub(super) id: String,
    pub(super) number: i64,
    pub(super) name: String,
    pub(super) kind: &'static str,
    pub(super) role: &'static str,
    pub(super) external_id: String,
    pub(super) email: String,
    pub(super) phone: String,
    pub(super) handle: String,
    pub(super) scopes: String,
}

impl MemberRow {
    pub(super) fn new(member: &Member) -> Self {
        Self {
            id: ids::format_uuid(member.key.id),
            number: member.key.number,
            name: member_name(&member.key),
            kind: member.key.kind.as_str(),
            role: member.role.map_or("none", |role| role.as_str()),
            external_id: member.key.external_id.clone().unwrap_or_default(),
            email: member.profile.email.clone().unwrap_or_default(),
            phone: member.profile.phone.clone().unwrap_or_default(),
            handle: member.key.handle.clone(),
            scopes: member.scopes.to_string().replace(',', ", "),
        }
    }
}
