//! Output on standard output and standard error.

use std::io::{self, Write};

use serde_json::Value;

use crate::cli_error::CliError;
use crate::terminal_text::{display_width, escape_json, escape_text, truncate_to_width};

/// Prints a line on standard output. A closed pipe is ignored.
pub(super) fn line(text: &str) {
    let _ = writeln!(io::stdout().lock(), "{text}");
}

/// Prints lines on standard output, with symbols for control characters.
pub(super) fn text_line(text: &str) {
    for part in text.lines() {
        line(escape_text(part).as_ref());
    }
}

/// Prints a file on standard output as it is. A closed pipe is ignored.
pub(super) fn bytes(text: &[u8]) -> io::Result<()> {
    match io::stdout().lock().write_all(text) {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        written => written,
    }
}

/// Prints a line on standard error, beside the result.
pub(super) fn note(text: &str) {
    let _ = writeln!(io::stderr().lock(), "{}", escape_text(text));
}

/// Prints an error on standard error, escaped because messages may quote untrusted text.
pub(super) fn error(error: &CliError) {
    let escaped = CliError {
        exit: error.exit,
        message: escape_text(&error.message).into_owned(),
        fix: error
            .fix
            .as_deref()
            .map(|fix| escape_text(fix).into_owned()),
    };
    let _ = writeln!(io::stderr().lock(), "{escaped}");
}

/// Prints a result as JSON or as readable text.
pub(super) fn result(value: &Value, json: bool) {
    if json {
        line(&escape_json(&value.to_string()));
    } else {
        line(render(value).trim_end());
    }
}

/// Maximum width of a table cell, in terminal columns.
const MAX_CELL_COLUMNS: usize = 100;

fn render(value: &Value) -> String {
    match value {
        Value::Array(rows) => render_table(rows),
        Value::Object(fields) => {
            let width = fields.keys().map(|name| display_width(name)).max();
            let mut text = String::new();
            for (name, value) in fields {
                pad(&mut text, name, width.unwrap_or_default());
                text.push_str("  ");
                text.push_str(&cell_text(value));
                text.push('\n');
            }
            text
        }
        other => cell_text(other),
    }
}

/// Renders objects as a table with a header. Columns without any value are omitted.
fn render_table(rows: &[Value]) -> String {
    let Some(Value::Object(first)) = rows.first() else {
        return String::new();
    };
    let mut columns: Vec<(usize, Vec<String>)> = Vec::new();
    for name in first.keys() {
        let cells = rows.iter().map(|row| cell_text(&row[name]));
        let cells: Vec<String> = cells
            .map(|cell| truncate_to_width(&cell, MAX_CELL_COLUMNS).into_owned())
            .collect();
        if cells.iter().any(|cell| !cell.is_empty()) {
            let cells: Vec<String> = std::iter::once(name.clone()).chain(cells).collect();
            let width = cells.iter().map(|cell| display_width(cell)).max();
            columns.push((width.unwrap_or_default(), cells));
        }
    }
    let mut text = String::new();
    for row in 0..=rows.len() {
        let mut line = String::new();
        for (width, cells) in &columns {
            pad(&mut line, &cells[row], *width);
            line.push_str("  ");
        }
        text.push_str(line.trim_end());
        text.push('\n');
    }
    text
}

/// Appends a text, padded to a column width.
fn pad(line: &mut String, text: &str, width: usize) {
    line.push_str(text);
    let missing = width.saturating_sub(display_width(text));
    line.extend(std::iter::repeat_n(' ', missing));
}

/// Flattens groups into table rows: the fields of a group followed by those of one of its `members`.
pub(super) fn flatten_groups(groups: &Value) -> Value {
    let members = |group: &Value| group["members"].as_array().cloned().unwrap_or_default();
    let row = |group: &Value, member: Value| {
        let mut row = group.as_object().cloned().unwrap_or_default();
        row.remove("members");
        row.extend(member.as_object().cloned().unwrap_or_default());
        Value::Object(row)
    };
    let groups = groups.as_array().map(Vec::as_slice).unwrap_or_default();
    groups
        .iter()
        .flat_map(|group| members(group).into_iter().map(|member| row(group, member)))
        .collect()
}

fn cell_text(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => escape_text(text).into_owned(),
        Value::Array(items) => items.iter().map(cell_text).collect::<Vec<_>>().join(","),
        other => escape_text(&other.to_string()).into_owned(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn table_escapes_and_aligns_names() {
        let rows = json!([
            { "id": 1, "name": "Ada\n2  Eve\u{1b}[2J", "role": null, "note": "x" },
            { "id": 2, "name": "漢字", "role": null, "note": "y" },
            { "id": 30, "name": "e\u{301}", "role": null, "note": "z" },
        ]);
        assert_eq!(
            render(&rows),
            "id  name            note\n\
             1   Ada␊2  Eve␛[2J  x\n\
             2   漢字            y\n\
             30  e\u{301}               z\n"
        );
    }

    #[test]
    fn long_cell_is_truncated() {
        let rows = json!([{ "name": "漢".repeat(100_000), "id": 1 }]);
        let text = render(&rows);
        let line = text.lines().nth(1).unwrap();
        assert!(
            display_width(line) <= MAX_CELL_COLUMNS + 3,
            "{}",
            display_width(line)
        );
        assert!(line.contains('…') && line.ends_with("  1"), "{line}");
    }

    #[test]
    fn object_renders_one_field_per_line() {
        let one = json!({ "id": "x", "name": "a\rb", "scopes": ["a", "b\t"] });
        assert_eq!(render(&one), "id      x\nname    a␍b\nscopes  a,b␉\n");
    }
}
