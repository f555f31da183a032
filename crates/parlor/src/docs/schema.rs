//! Rendering of JSON schemas as HTML tables.

use std::fmt::Write;

use serde_json::Value;

use super::layout::escape_html;

/// Renders a schema: description, fields and enum values.
pub(super) fn render(out: &mut String, schema: &Value) {
    if let Some(text) = schema["description"].as_str() {
        let _ = writeln!(out, "<p>{}</p>", render_description(text));
    }
    for part in schema_parts(schema) {
        match part["properties"].as_object() {
            Some(fields) => {
                let required = part["required"].as_array();
                out.push_str(
                    "<table><thead><tr><th>Field</th><th>Type</th><th>Required</th><th>What it is</th></tr></thead>\n\
                     <tbody>\n",
                );
                for (field, schema) in fields {
                    let is_required = required
                        .is_some_and(|names| names.iter().any(|name| name == field.as_str()));
                    let _ = writeln!(
                        out,
                        "<tr><td><code>{}</code></td><td>{}</td><td>{}</td><td>{}</td></tr>",
                        escape_html(field),
                        type_name(schema),
                        if is_required { "yes" } else { "" },
                        render_description(schema["description"].as_str().unwrap_or_default())
                    );
                }
                out.push_str("</tbody></table>\n");
            }
            None => {
                let _ = writeln!(out, "<p>{}</p>", type_name(part));
            }
        }
    }
}

/// Returns the parts of an `allOf` schema, or the schema itself.
fn schema_parts(schema: &Value) -> Vec<&Value> {
    match schema["allOf"].as_array() {
        Some(parts) => parts.iter().collect(),
        None => vec![schema],
    }
}

/// Describes the type of a schema in a few words, with links to named schemas.
pub(super) fn type_name(schema: &Value) -> String {
    if let Some(target) = schema["$ref"].as_str() {
        let name = escape_html(target.rsplit('/').next().unwrap_or(target));
        return format!("<a href=\"#schema-{name}\">{name}</a>");
    }
    for keyword in ["oneOf", "anyOf", "allOf"] {
        if let Some(parts) = schema[keyword].as_array() {
            let separator = if keyword == "allOf" { " and " } else { " or " };
            return parts
                .iter()
                .map(type_name)
                .collect::<Vec<_>>()
                .join(separator);
        }
    }
    if let Some(values) = schema["enum"].as_array() {
        let values = values.iter().map(|value| {
            let plain = value
                .as_str()
                .map_or_else(|| value.to_string(), str::to_owned);
            format!("<code>{}</code>", escape_html(&plain))
        });
        return values.collect::<Vec<_>>().join(" or ");
    }
    match &schema["type"] {
        Value::String(kind) => scalar_type_name(kind, schema),
        Value::Array(kinds) => {
            let kinds = kinds.iter().filter_map(Value::as_str);
            kinds
                .map(|kind| scalar_type_name(kind, schema))
                .collect::<Vec<_>>()
                .join(" or ")
        }
        _ => "anything".to_owned(),
    }
}

fn scalar_type_name(kind: &str, schema: &Value) -> String {
    match (kind, schema["format"].as_str()) {
        ("array", _) => format!("array of {}", type_name(&schema["items"])),
        ("object", _)
            if schema
                .get("additionalProperties")
                .is_some_and(Value::is_object) =>
        {
            format!("object of {}", type_name(&schema["additionalProperties"]))
        }
        (_, Some(format)) => format!("{} ({})", escape_html(kind), escape_html(format)),
        (_, None) => escape_html(kind),
    }
}

/// Renders a description; text in backticks becomes `<code>`.
fn render_description(text: &str) -> String {
    let mut out = String::new();
    for (index, piece) in text.split('`').enumerate() {
        match index % 2 {
            0 => out.push_str(&escape_html(piece)),
            _ => {
                let _ = write!(out, "<code>{}</code>", escape_html(piece));
            }
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn type_name_covers_refs_unions_and_enums() {
        let name_of = |schema: Value| type_name(&schema);
        assert_eq!(
            name_of(json!({"$ref": "#/components/schemas/Space"})),
            "<a href=\"#schema-Space\">Space</a>"
        );
        assert_eq!(
            name_of(json!({"type": ["string", "null"]})),
            "string or null"
        );
        assert_eq!(
            name_of(json!({"type": "array", "items": {"type": "integer", "format": "int64"}})),
            "array of integer (int64)"
        );
        assert_eq!(
            name_of(json!({"enum": ["G", "<P>"]})),
            "<code>G</code> or <code>&lt;P&gt;</code>"
        );
        assert_eq!(name_of(json!({})), "anything");
    }

    #[test]
    fn field_row_shows_type_and_required() {
        let mut out = String::new();
        let schema = json!({
            "type": "object",
            "required": ["name"],
            "properties": {"name": {"type": "string", "description": "At most `255`."}}
        });
        render(&mut out, &schema);
        assert!(
            out.contains("<td><code>name</code></td><td>string</td><td>yes</td><td>At most <code>255</code>.</td>"),
            "{out}"
        );
    }
}
