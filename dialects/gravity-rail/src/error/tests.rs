//! Snapshot of every error kind as rendered.

use std::fmt::Write as _;

use parlor_model::Error;
use parlor_model::error::ErrorKind;
use parlor_testkit::backend::block_on;
use parlor_testkit::error_samples::all_error_kinds;

use super::render;

/// Returns all error kinds, and invalid fields of the body and of the query.
fn kinds() -> Vec<ErrorKind> {
    let invalid = |field: &'static str, rule: &'static str| ErrorKind::Invalid {
        field: field.into(),
        rule: rule.into(),
    };
    let mut kinds = vec![
        invalid(
            "participants[2]",
            "must be an id or an object with a memberId",
        ),
        invalid("query.pageSize", "must be between 1 and 100"),
    ];
    kinds.extend(all_error_kinds());
    kinds
}

fn render_line(error: &Error) -> String {
    let response = render(error);
    let mut headers: Vec<String> = response
        .headers()
        .iter()
        .filter(|(name, _)| !["content-length", "content-type"].contains(&name.as_str()))
        .map(|(name, value)| format!("{name}: {}", value.to_str().unwrap()))
        .collect();
    headers.sort();
    let status = response.status().as_u16();
    let body = block_on(axum::body::to_bytes(response.into_body(), 4_096)).unwrap();
    let body = String::from_utf8(body.to_vec()).unwrap();
    format!("{status} [{}] {body}", headers.join("; "))
}

#[test]
fn error_kinds_render_documented_responses() {
    let mut table = String::new();
    for kind in kinds() {
        let kind_text = format!("{kind:?}");
        let error = Error::new(kind).with_context("a private cause");
        writeln!(table, "{kind_text}\n  {}", render_line(&error)).unwrap();
    }
    assert!(!table.contains("private cause"));
    insta::assert_snapshot!(table);
}
