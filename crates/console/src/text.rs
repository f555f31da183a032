//! Texts that several pages show alike.

use parlor_kit::time;
use parlor_model::Timestamp;
use parlor_model::conversation::{ConversationKind, Medium};
use parlor_model::member::MemberRef;

/// A time: as a program reads it, and as a person does.
#[derive(Debug, Clone, serde::Serialize)]
pub(crate) struct TimeText {
    pub(crate) iso: String,
    /// Date and time of the day, in UTC.
    pub(crate) short: String,
}

impl TimeText {
    pub(crate) fn new(at: Timestamp) -> Self {
        let iso = time::format_iso(at);
        let (date, rest) = iso.split_once('T').unwrap_or((&iso, ""));
        let day_time = rest.split('.').next().unwrap_or_default();
        Self {
            short: format!("{date} {}", day_time.trim_end_matches('Z')),
            iso,
        }
    }
}

/// Returns how a member is called.
pub(crate) fn member_name(member: &MemberRef) -> String {
    let name = member.name.clone().or_else(|| member.external_id.clone());
    name.unwrap_or_else(|| format!("member {}", member.number))
}

/// Returns what a conversation is, in one word.
pub(crate) const fn kind_word(kind: ConversationKind, medium: Medium) -> &'static str {
    match (kind, medium) {
        (ConversationKind::Group, _) => "group",
        (ConversationKind::Direct, _) => "direct",
        (ConversationKind::Thread, _) => "thread",
        (ConversationKind::Chat, Medium::Web) => "chat",
        (ConversationKind::Chat, Medium::Sms) => "SMS",
        (ConversationKind::Chat, Medium::Voice) => "call",
        (ConversationKind::Chat, Medium::Email) => "mail",
    }
}
