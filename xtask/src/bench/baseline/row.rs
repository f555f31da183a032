//! Encoding of a space as JSON or CSV, from the row directly into the response.

use std::fmt::Write;

use rusqlite::{Result, Row};

use super::encode;

/// Statement with the columns and the index that the server uses for lists and exports.
pub(super) const SELECT: &str = "select s.id, s.name, s.description, c.id, s.alias, s.blueprint, s.metadata, s.created_at, s.updated_at
     from space s left join member c on c.ws = s.ws and c.number = s.contact";

/// Header of a CSV export.
pub(super) const CSV_HEADER: &str =
    "id,name,description,blueprintId,contactId,createdAt,updatedAt,meta\n";

/// Writes a JSON object; `null` fields are omitted.
pub(super) fn write_json(out: &mut String, row: &Row<'_>) -> Result<()> {
    out.push_str("{\"id\":\"space_");
    encode::write_id(out, row.get_ref(0)?.as_bytes()?);
    out.push('"');
    for (column, name) in [
        (1, "name"),
        (2, "description"),
        (4, "alias"),
        (5, "blueprintId"),
    ] {
        if let Some(text) = row.get_ref(column)?.as_str_or_null()? {
            let _ = write!(out, ",\"{name}\":");
            encode::write_json(out, text);
        }
    }
    if let Some(contact) = row.get_ref(3)?.as_bytes_or_null()? {
        out.push_str(",\"contactId\":\"contact_");
        encode::write_id(out, contact);
        out.push('"');
    }
    out.push_str(",\"meta\":");
    out.push_str(row.get_ref(6)?.as_str()?);
    out.push_str(",\"createdAt\":\"");
    encode::write_time(out, row.get(7)?);
    out.push_str("\",\"updatedAt\":\"");
    encode::write_time(out, row.get(8)?);
    out.push_str("\"}");
    Ok(())
}

/// Writes a line of quoted cells; the last cell is YAML.
pub(super) fn write_csv(out: &mut String, row: &Row<'_>) -> Result<()> {
    out.push_str("\"space_");
    encode::write_id(out, row.get_ref(0)?.as_bytes()?);
    for column in [1, 2, 5] {
        out.push_str("\",\"");
        write_quoted(out, row.get_ref(column)?.as_str_or_null()?.unwrap_or(""));
    }
    out.push_str("\",\"");
    if let Some(contact) = row.get_ref(3)?.as_bytes_or_null()? {
        out.push_str("contact_");
        encode::write_id(out, contact);
    }
    for column in [7, 8] {
        out.push_str("\",\"");
        encode::write_time(out, row.get(column)?);
    }
    out.push_str("\",\"");
    write_yaml(out, row.get_ref(6)?.as_str()?);
    out.push_str("\"\n");
    Ok(())
}

/// Writes metadata as YAML. Supports only flat metadata, as seeded.
fn write_yaml(out: &mut String, json: &str) {
    let map: serde_json::Map<String, serde_json::Value> =
        serde_json::from_str(json).unwrap_or_default();
    for (index, (name, value)) in map.iter().enumerate() {
        if index > 0 {
            out.push('\n');
        }
        let _ = write!(out, "{name}: ");
        match value {
            serde_json::Value::String(text) => write_quoted(out, text),
            other => {
                let _ = write!(out, "{other}");
            }
        }
    }
}

fn write_quoted(out: &mut String, text: &str) {
    let mut from = 0;
    for (at, _) in text.match_indices('"') {
        out.push_str(&text[from..=at]);
        from = at;
    }
    out.push_str(&text[from..]);
}
