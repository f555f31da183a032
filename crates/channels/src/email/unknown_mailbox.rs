//! Statuses of mail servers by which an address does not exist.

/// Bad mailbox, bad system, bad syntax, moved without a new address, and a domain that takes no mail (RFC 3463, RFC 7505). Other
/// statuses of this kind are about the sender, or may pass.
const UNKNOWN_MAILBOX: [&str; 5] = ["5.1.1", "5.1.2", "5.1.3", "5.1.6", "5.1.10"];

/// Returns whether a text begins with such a status.
pub(super) fn is_unknown_mailbox(text: &str) -> bool {
    let status = text.split_whitespace().next().unwrap_or_default();
    UNKNOWN_MAILBOX.contains(&status)
}
