use std::fmt::Write;

use parlor_testkit::error_samples::all_error_kinds;

use super::*;

#[tokio::test]
async fn error_kinds_have_codes_and_statuses() {
    let mut table = String::new();
    for kind in all_error_kinds() {
        let name = format!("{kind:?}");
        let error = Error::new(kind).with_context("a secret detail");
        let (parts, body) = render(&error).into_parts();
        let body = axum::body::to_bytes(body, 1_024).await.unwrap();
        let body = String::from_utf8(body.to_vec()).unwrap();
        assert!(!body.contains("secret"));
        let headers = [ALLOW, RETRY_AFTER].map(|name| {
            let value = parts.headers.get(&name)?.to_str().unwrap();
            Some(format!(" ({name}: {value})"))
        });
        writeln!(
            table,
            "{name}\n    {} {} {body}{}",
            parts.status.as_u16(),
            parts.headers["content-type"].to_str().unwrap(),
            headers.into_iter().flatten().collect::<String>(),
        )
        .unwrap();
    }
    insta::assert_snapshot!(table);
}
