//! What goes to standard output and standard error.

use std::io::{self, Write};

use serde_json::Value;

use crate::fault::Fault;
use crate::visible::{columns, fit, visible, visible_json};

/// A line of the result. A reader that is gone wants no more of it.
pub(super) fn line(text: &str) {
    let _ = writeln!(io::stdout().lock(), "{text}");
}

/// Why there is no result. Messages may quote what others chose.
pub(super) fn fault(fault: &Fault) {
    let shown = Fault {
        exit: fault.exit,
        message: visible(&fault.message).into_owned(),
        fix: fault.fix.as_deref().map(|fix| visible(fix).into_owned()),
    };
    let _ = writeln!(io::stderr().lock(), "{shown}");
}

/// A result: as JSON, which says it exactly, or for people.
pub(super) fn result(value: &Value, json: bool) {
    if json {
        line(&visible_json(&value.to_string()));
    } else {
        line(shown(value).trim_end());
    }
}

/// Widest cell of a table, in columns of a terminal.
const WIDEST: usize = 100;

fn shown(value: &Value) -> String {
    match value {
        Value::Array(rows) => table(rows),
        Value::Object(fields) => {
            let width = fields.keys().map(|name| columns(name)).max();
            let mut text = String::new();
            for (name, value) in fields {
                pad(&mut text, name, width.unwrap_or_default());
                text.push_str("  ");
                text.push_str(&plain(value));
                text.push('\n');
            }
            text
        }
        other => plain(other),
    }
}

/// Rows below the names of their fields. Columns without a value in any row are left out.
fn table(rows: &[Value]) -> String {
    let Some(Value::Object(first)) = rows.first() else {
        return String::new();
    };
    let mut sheet: Vec<(usize, Vec<String>)> = Vec::new();
    for name in first.keys() {
        let cells = rows.iter().map(|row| plain(&row[name]));
        let cells: Vec<String> = cells.map(|cell| fit(&cell, WIDEST).into_owned()).collect();
        if cells.iter().any(|cell| !cell.is_empty()) {
            let cells: Vec<String> = std::iter::once(name.clone()).chain(cells).collect();
            let width = cells.iter().map(|cell| columns(cell)).max();
            sheet.push((width.unwrap_or_default(), cells));
        }
    }
    let mut text = String::new();
    for row in 0..=rows.len() {
        let mut line = String::new();
        for (width, cells) in &sheet {
            pad(&mut line, &cells[row], *width);
            line.push_str("  ");
        }
        text.push_str(line.trim_end());
        text.push('\n');
    }
    text
}

/// Adds a text and the spaces that fill its column.
fn pad(line: &mut String, text: &str, width: usize) {
    line.push_str(text);
    let missing = width.saturating_sub(columns(text));
    line.extend(std::iter::repeat_n(' ', missing));
}

/// Groups as rows of a table: each member of `members` behind the other fields of its group.
pub(super) fn flat(groups: &Value) -> Value {
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

fn plain(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => visible(text).into_owned(),
        Value::Array(items) => items.iter().map(plain).collect::<Vec<_>>().join(","),
        other => visible(&other.to_string()).into_owned(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn names_neither_break_a_table_nor_reach_the_terminal() {
        let rows = json!([
            { "id": 1, "name": "Ada\n2  Eve\u{1b}[2J", "role": null, "note": "x" },
            { "id": 2, "name": "漢字", "role": null, "note": "y" },
            { "id": 30, "name": "e\u{301}", "role": null, "note": "z" },
        ]);
        assert_eq!(
            shown(&rows),
            "id  name            note\n\
             1   Ada␊2  Eve␛[2J  x\n\
             2   漢字            y\n\
             30  e\u{301}               z\n"
        );
    }

    #[test]
    fn a_name_of_any_length_fits_into_its_column() {
        let rows = json!([{ "name": "漢".repeat(100_000), "id": 1 }]);
        let text = shown(&rows);
        let line = text.lines().nth(1).unwrap();
        assert!(columns(line) <= WIDEST + 3, "{}", columns(line));
        assert!(line.contains('…') && line.ends_with("  1"), "{line}");
    }

    #[test]
    fn fields_of_one_thing_stand_below_each_other() {
        let one = json!({ "id": "x", "name": "a\rb", "scopes": ["a", "b\t"] });
        assert_eq!(shown(&one), "id      x\nname    a␍b\nscopes  a,b␉\n");
    }
}
