//! Readable log format.

use std::fmt::{self, Debug, Write};

use tracing::field::{Field, Visit};
use tracing::{Event, Level, Subscriber};
use tracing_subscriber::fmt::FmtContext;
use tracing_subscriber::fmt::format::{FormatEvent, FormatFields, Writer};
use tracing_subscriber::fmt::time::{FormatTime, SystemTime};
use tracing_subscriber::registry::LookupSpan;

use crate::terminal_text::escape_text;

/// Formats lines such as `09:41:02  POST /api/v1/chats/  201  0.9 ms  request=...`.
pub(super) struct HumanFormat;

impl<S, N> FormatEvent<S, N> for HumanFormat
where
    S: Subscriber + for<'a> LookupSpan<'a>,
    N: for<'w> FormatFields<'w> + 'static,
{
    fn format_event(
        &self,
        _: &FmtContext<'_, S, N>,
        mut out: Writer<'_>,
        event: &Event<'_>,
    ) -> fmt::Result {
        let mut fields = FieldVisitor::default();
        event.record(&mut fields);
        write!(out, "{}  ", time_of_day())?;
        let level = *event.metadata().level();
        let colour = match level {
            Level::ERROR => "\x1b[31m",
            Level::WARN => "\x1b[33m",
            _ => "",
        };
        if level != Level::INFO {
            let (on, off) = match out.has_ansi_escapes() && !colour.is_empty() {
                true => (colour, "\x1b[0m"),
                false => ("", ""),
            };
            write!(out, "{on}{level}{off}  ")?;
        }
        match fields.request_line() {
            Some(line) => out.write_str(&escape_text(&line))?,
            None => out.write_str(&escape_text(&fields.message))?,
        }
        for (name, value) in &fields.others {
            write!(out, "  {name}={}", escape_text(value))?;
        }
        writeln!(out)
    }
}

/// Returns the time of day in UTC.
fn time_of_day() -> String {
    let mut text = String::new();
    if SystemTime.format_time(&mut Writer::new(&mut text)).is_err() {
        return String::new();
    }
    text.get(11..19).unwrap_or(&text).to_owned()
}

#[derive(Default)]
struct FieldVisitor {
    message: String,
    others: Vec<(&'static str, String)>,
}

impl FieldVisitor {
    /// Removes the fields of a request event and formats them; returns `None` for other events.
    fn request_line(&mut self) -> Option<String> {
        if !["method", "route", "status", "millis"]
            .iter()
            .all(|name| self.others.iter().any(|(known, _)| known == name))
        {
            return None;
        }
        let mut remove = |name: &str| {
            let index = self.others.iter().position(|(known, _)| *known == name);
            index.map_or_else(String::new, |index| self.others.remove(index).1)
        };
        let (method, route, status) = (remove("method"), remove("route"), remove("status"));
        let millis: f64 = remove("millis").parse().unwrap_or_default();
        Some(format!("{method} {route}  {status}  {millis:.1} ms"))
    }
}

impl Visit for FieldVisitor {
    fn record_str(&mut self, field: &Field, value: &str) {
        self.others.push((field.name(), value.to_owned()));
    }

    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        if field.name() == "message" {
            // Writing to a `String` does not fail.
            let _ = write!(self.message, "{value:?}");
        } else {
            self.others.push((field.name(), format!("{value:?}")));
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io;
    use std::sync::{Arc, Mutex};

    use super::*;

    #[derive(Clone, Default)]
    struct BufferWriter(Arc<Mutex<Vec<u8>>>);

    impl io::Write for BufferWriter {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.lock().unwrap().extend_from_slice(bytes);
            Ok(bytes.len())
        }
        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn request_and_warning_lines_are_formatted() {
        let buffer = BufferWriter::default();
        let writer = buffer.clone();
        let subscriber = tracing_subscriber::fmt()
            .with_ansi(false)
            .with_writer(move || writer.clone())
            .event_format(HumanFormat)
            .finish();
        tracing::subscriber::with_default(subscriber, || {
            let (method, millis) = ("POST", 0.94);
            tracing::info!(%method, route = "/a/{b}", status = 201_u16, millis, request = %"id", "answered");
            tracing::warn!(dialect = "sharely", "no curl line");
            tracing::warn!(name = "\x1b[2J\n00:00:00", "an\nodd\x1bname");
        });
        let text = String::from_utf8(buffer.0.lock().unwrap().clone()).unwrap();
        let lines: Vec<&str> = text.lines().map(|line| &line[8..]).collect();
        assert_eq!(
            lines,
            [
                "  POST /a/{b}  201  0.9 ms  request=id",
                "  WARN  no curl line  dialect=sharely",
                "  WARN  an␊odd␛name  name=␛[2J␊00:00:00"
            ]
        );
    }
}
