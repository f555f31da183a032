//! What goes to standard output and standard error.

use std::io::{self, Write};

use serde_json::Value;

use crate::fault::Fault;

/// A line of the result. A reader that is gone wants no more of it.
pub(super) fn line(text: &str) {
    let _ = writeln!(io::stdout().lock(), "{text}");
}

/// Why there is no result.
pub(super) fn fault(fault: &Fault) {
    let _ = writeln!(io::stderr().lock(), "{fault}");
}

/// A result: as JSON, or for people.
pub(super) fn result(value: &Value, json: bool) {
    if json {
        line(&value.to_string());
        return;
    }
    match value {
        Value::Array(rows) => table(rows),
        Value::Object(fields) => {
            let width = fields.keys().map(String::len).max().unwrap_or_default();
            for (name, value) in fields {
                line(&format!("{name:width$}  {}", plain(value)));
            }
        }
        other => line(&plain(other)),
    }
}

/// Rows below the names of their fields. Columns without a value in any row are left out.
fn table(rows: &[Value]) {
    let Some(Value::Object(first)) = rows.first() else {
        return;
    };
    let mut columns: Vec<Vec<String>> = Vec::new();
    for name in first.keys() {
        let cells: Vec<String> = rows.iter().map(|row| plain(&row[name])).collect();
        if cells.iter().any(|cell| !cell.is_empty()) {
            columns.push(std::iter::once(name.clone()).chain(cells).collect());
        }
    }
    for row in 0..=rows.len() {
        let cells: Vec<String> = columns
            .iter()
            .map(|cells| {
                let width = cells.iter().map(|cell| cell.chars().count()).max();
                format!("{:1$}", cells[row], width.unwrap_or_default())
            })
            .collect();
        line(cells.join("  ").trim_end());
    }
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
        Value::String(text) => text.clone(),
        Value::Array(items) => items.iter().map(plain).collect::<Vec<_>>().join(","),
        other => other.to_string(),
    }
}
