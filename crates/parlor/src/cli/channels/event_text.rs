//! Events as lines for people, with numbers and addresses of which only a part is shown.

use std::borrow::Cow;

use parlor_carrier_simulator::SimulatorEvent;
use serde_json::Value;

use crate::terminal_text::{escape_text, truncate_to_width};

/// Columns of a text.
const MAX_TEXT_COLUMNS: usize = 100;
/// Shown characters at each end of a number.
const SHOWN_CHARS: usize = 4;

/// Formats an event as a line.
pub(super) fn format_event(event: &SimulatorEvent, show: bool) -> String {
    // The date is that of today.
    let time = event.at.get(11..19).unwrap_or_default();
    let (from, to) = (party(&event.from, show), party(&event.to, show));
    let mut line = format!(
        "{time}  {:5}  {:8}  {from} > {to}",
        event.channel, event.event
    );
    if let Some(status) = &event.status {
        line.push_str("  ");
        line.push_str(&escape_text(status));
    }
    if let Some(text) = &event.text {
        line.push_str("  \"");
        line.push_str(&truncate_to_width(&escape_text(text), MAX_TEXT_COLUMNS));
        line.push('"');
    }
    if !event.id.is_empty() && matches!(event.event.as_str(), "accepted" | "received") {
        line.push_str("  ");
        line.push_str(&event.id);
    }
    line
}

/// Masks the parties of a record, or of a list of them.
pub(super) fn mask_parties(value: &mut Value) {
    match value {
        Value::Array(records) => records.iter_mut().for_each(mask_parties),
        Value::Object(fields) => {
            for name in ["from", "to"] {
                if let Some(Value::String(party)) = fields.get_mut(name) {
                    *party = mask(party);
                }
            }
        }
        _ => {}
    }
}

fn party(party: &str, show: bool) -> Cow<'_, str> {
    match show {
        true => escape_text(party),
        false => Cow::Owned(escape_text(&mask(party)).into_owned()),
    }
}

/// Replaces the middle of a number, and the name in an address.
fn mask(party: &str) -> String {
    if let Some((local, domain)) = party.rsplit_once('@') {
        let first: String = local.chars().take(1).collect();
        return format!("{first}…@{domain}");
    }
    let chars: Vec<char> = party.chars().collect();
    if chars.len() <= 2 * SHOWN_CHARS {
        return "…".repeat(usize::from(!chars.is_empty()));
    }
    let (start, end) = (&chars[..SHOWN_CHARS], &chars[chars.len() - SHOWN_CHARS..]);
    start.iter().chain(['…'].iter()).chain(end).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn middle_of_a_number_and_name_of_an_address_are_masked() {
        for (party, masked) in [
            ("+15005550123", "+150…0123"),
            ("ada@example.org", "a…@example.org"),
            ("12345", "…"),
            ("", ""),
        ] {
            assert_eq!(mask(party), masked, "{party}");
        }
    }
}
