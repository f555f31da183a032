//! Finds the mail that a report says was not delivered.

use mail_parser::{Message, MimeHeaders};
use parlor_engine::delivery::{BouncedMail, UnknownRecipients};
use parlor_model::redacted::Redacted;

use super::headers::{own_id, raw_values, references};
use crate::email::unknown_mailbox::is_unknown_mailbox;

/// Bytes of a part that are looked at: the fields of a report, or the headers of a mail.
const MAX_PART_BYTES: usize = 64 * 1024;

/// Returns the mail of this server that was not delivered for good. `None` for reports of a delay, and for those that do not say
/// which mail they are about.
pub(super) fn bounced_mail(message: &Message<'_>) -> Option<BouncedMail> {
    let parts: Vec<String> = message.parts.iter().map(beginning).collect();
    let actions: Vec<&str> = parts
        .iter()
        .flat_map(|part| fields(part, "action"))
        .collect();
    let is_final = match actions.is_empty() {
        true => !raw_values(message, "X-Failed-Recipients").is_empty(),
        false => actions
            .iter()
            .any(|action| action.eq_ignore_ascii_case("failed")),
    };
    if !is_final {
        return None;
    }
    let of_original = parts.iter().flat_map(|part| fields(part, "message-id"));
    let mut of_original = of_original.filter_map(|id| own_id(id.trim_matches(['<', '>'])));
    let mail = of_original
        .next()
        .or_else(|| references(message).into_iter().next())?;
    Some(BouncedMail {
        mail,
        unknown: unknown_recipients(message),
    })
}

/// Returns the recipients of a report all of whose failures mean that they do not exist.
fn unknown_recipients(message: &Message<'_>) -> Option<UnknownRecipients> {
    let is_report = |part: &&mail_parser::MessagePart<'_>| {
        let reports = ["delivery-status", "global-delivery-status"];
        reports
            .iter()
            .any(|name| part.is_content_type("message", name))
    };
    let report = beginning(message.parts.iter().find(is_report)?);
    let mut statuses = fields(&report, "status");
    let status = statuses.next()?.to_owned();
    let all_unknown = is_unknown_mailbox(&status) && statuses.all(is_unknown_mailbox);
    let named = ["final-recipient", "original-recipient"];
    let named = named.iter().flat_map(|name| fields(&report, name));
    let addresses = named.filter_map(|value| {
        let (_, address) = value.split_once(';')?;
        Some(Redacted(address.trim().trim_matches(['<', '>']).to_owned()))
    });
    all_unknown.then(|| UnknownRecipients {
        addresses: addresses.collect(),
        status,
    })
}

fn beginning(part: &mail_parser::MessagePart<'_>) -> String {
    let bytes = part.contents();
    let end = bytes.len().min(MAX_PART_BYTES);
    String::from_utf8_lossy(&bytes[..end]).into_owned()
}

/// Returns the values of a field, which is written like a header.
fn fields<'t>(text: &'t str, name: &'t str) -> impl Iterator<Item = &'t str> {
    text.lines().filter_map(move |line| {
        let (found, value) = line.split_once(':')?;
        found
            .trim()
            .eq_ignore_ascii_case(name)
            .then(|| value.trim())
    })
}
