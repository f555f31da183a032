//! Finds the mail that a report says was not delivered.

use mail_parser::Message;
use parlor_engine::chat::MailId;

use super::headers::{own_id, raw_values, references};

/// Bytes of a part that are looked at: the fields of a report, or the headers of a mail.
const MAX_PART_BYTES: usize = 64 * 1024;

/// Returns the mail of this server that was not delivered for good. `None` for reports of a delay, and for those that do not say
/// which mail they are about.
pub(super) fn bounced_mail(message: &Message<'_>) -> Option<MailId> {
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
    of_original
        .next()
        .or_else(|| references(message).into_iter().next())
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
