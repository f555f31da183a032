//! Server-sent events.

use std::fmt::Write;

use serde::Serialize;

/// One server-sent event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SseEvent {
    name: &'static str,
    data: String,
}

impl SseEvent {
    /// Creates an event. The data is JSON without line breaks.
    pub fn new(name: &'static str, data: &impl Serialize) -> Self {
        Self {
            name,
            // Only maps with non-string keys could fail; no event has one.
            data: serde_json::to_string(data).unwrap_or_default(),
        }
    }

    /// Formats the event, with an `id` field if given.
    pub(super) fn to_text(&self, id: Option<&str>) -> String {
        let mut text = String::with_capacity(self.data.len() + 96);
        if let Some(id) = id {
            write_field(&mut text, "id", id);
        }
        write_field(&mut text, "event", self.name);
        write_field(&mut text, "data", &self.data);
        text.push('\n');
        text
    }
}

/// Writes one field line.
pub(super) fn write_field(text: &mut String, field: &str, value: &str) {
    // Writing to a string never fails.
    let _ = writeln!(text, "{field}: {value}");
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn event_with_line_breaks_is_one_data_line() {
        let event = SseEvent::new(
            "said",
            &json!({ "text": "one\ntwo\r\n\ndata: three\u{2028}" }),
        );
        let text = event.to_text(Some("e:1"));
        assert!(text.starts_with("id: e:1\nevent: said\ndata: {"), "{text}");
        assert!(
            text.ends_with("}\n\n") && text.lines().count() == 4,
            "{text}"
        );
        assert!(!text.contains('\r'));
        assert!(event.to_text(None).starts_with("event: said\n"));
    }
}
