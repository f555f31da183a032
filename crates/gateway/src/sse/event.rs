//! What a stream says, in the form of server-sent events.

use std::fmt::Write;

use serde::Serialize;

/// One event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SseEvent {
    name: &'static str,
    data: String,
}

impl SseEvent {
    /// An event of this name. Its data becomes JSON, which has no line breaks.
    pub fn new(name: &'static str, data: &impl Serialize) -> Self {
        Self {
            name,
            // Only a map with keys that are not text could fail; no event has one.
            data: serde_json::to_string(data).unwrap_or_default(),
        }
    }

    /// The lines of it, with the position that whoever has read it has.
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

/// A field on a line of its own.
pub(super) fn write_field(text: &mut String, field: &str, value: &str) {
    // Writing into a text never fails.
    let _ = writeln!(text, "{field}: {value}");
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn event_with_line_breaks_is_one_data_line() {
        let said = SseEvent::new(
            "said",
            &json!({ "text": "one\ntwo\r\n\ndata: three\u{2028}" }),
        );
        let text = said.to_text(Some("e:1"));
        assert!(text.starts_with("id: e:1\nevent: said\ndata: {"), "{text}");
        assert!(
            text.ends_with("}\n\n") && text.lines().count() == 4,
            "{text}"
        );
        assert!(!text.contains('\r'));
        assert!(said.to_text(None).starts_with("event: said\n"));
    }
}
