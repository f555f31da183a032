//! Snapshot of the response of every error kind.

use std::fmt::Write as _;
use std::sync::Arc;

use parlor_kit::RequestMeta;
use parlor_model::Error;
use parlor_model::error::EntityKind;
use parlor_testkit::backend::block_on;
use parlor_testkit::error_samples::all_error_kinds;

use super::render;
use crate::{ErrorStyle, Settings};

fn render_line(error: &Error, meta: &RequestMeta) -> String {
    let response = render(error, meta);
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
fn error_kinds_have_names_and_messages() {
    let meta = RequestMeta::default();
    let mut table = String::new();
    for kind in all_error_kinds() {
        let name = format!("{kind:?}");
        let error = Error::new(kind).with_context("a private cause");
        writeln!(table, "{name}\n  {}", render_line(&error, &meta)).unwrap();
    }
    assert!(!table.contains("private cause"));
    insta::assert_snapshot!(table);
}

#[test]
fn error_id_style_contains_request_id() {
    let mut sections = http::Extensions::new();
    sections.insert(Settings {
        error_style: ErrorStyle::ErrorId,
        ..Settings::default()
    });
    let meta = RequestMeta {
        settings_by_type: Arc::new(sections),
        ..RequestMeta::default()
    };
    let line = render_line(&Error::not_found(EntityKind::Space), &meta);
    assert_eq!(
        line,
        r#"404 [x-api-version: v1] {"error":"Space not found","errorId":"00000000-0000-0000-0000-000000000000"}"#
    );
}
