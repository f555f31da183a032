//! The response of each kind of error.

use dialect_tenant_chats::TenantChats;
use parlor_kit::{Dialect, RequestMeta};
use parlor_model::Error;
use parlor_testkit::backend::block_on;
use parlor_testkit::error_samples::all_error_kinds;

#[test]
fn error_kinds_have_responses() {
    let mut text = String::new();
    for kind in all_error_kinds() {
        let name = format!("{kind:?}");
        let error = Error::new(kind).with_context("a private cause");
        let response = TenantChats::render(&error, &RequestMeta::default());
        let (parts, body) = response.into_parts();
        text += &format!("{name}\n  {}", parts.status.as_u16());
        for (header, value) in &parts.headers {
            if header != "content-length" {
                text += &format!(" {header}: {}", value.to_str().unwrap());
            }
        }
        let bytes = block_on(axum::body::to_bytes(body, 1 << 16)).unwrap();
        text += &format!("\n  {}\n", String::from_utf8_lossy(&bytes));
    }
    assert!(!text.contains("private cause"));
    insta::assert_snapshot!(text);
}
