//! How a dialect names a member.

use parlor_engine::member::MemberRecord;
use parlor_kit::ids;
use parlor_model::access::WorkspaceRole;
use parlor_model::member::MemberKind;

/// Prefix of ChatBotKit's ids of contacts.
pub(super) const CONTACT_PREFIX: &str = "contact_";

/// A name of a member in one dialect.
pub(super) struct IdentityRow {
    pub(super) dialect: &'static str,
    pub(super) text: String,
}

/// Returns how each dialect names a member.
pub(super) fn identities(record: &MemberRecord) -> Vec<IdentityRow> {
    let key = &record.member.key;
    let uuid = ids::format_uuid(key.id);
    let row = |dialect, text| IdentityRow { dialect, text };
    let is_contact =
        key.kind != MemberKind::Assistant && record.member.role != Some(WorkspaceRole::Owner);
    let mut rows = vec![
        row("Sharely", uuid.clone()),
        row("Gravity Rail", format!("{}, or {uuid}", key.number)),
        row("Relation", key.handle.clone()),
    ];
    if let Some(wallet) = &record.wallet {
        rows.push(row("Relation, by wallet", wallet.clone()));
    }
    if is_contact {
        let contact = ids::format_prefixed(CONTACT_PREFIX, key.id);
        rows.push(row("ChatBotKit", contact));
    }
    rows.push(row("Tenant chats", key.external_id.clone().unwrap_or(uuid)));
    rows
}
