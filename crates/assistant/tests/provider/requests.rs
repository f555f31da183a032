//! What a server receives.

use parlor_assistant::provider::{ProviderErrorKind, ProviderSettings};
use parlor_model::redacted::Redacted;
use serde_json::json;

use crate::fixture::{complete, provider, request, settings};
use crate::scripted_server::{RecordedRequest, ScriptedServer, answer};

async fn sent(change: impl FnOnce(&mut ProviderSettings)) -> RecordedRequest {
    let server = ScriptedServer::start(vec![answer("hello")]).await;
    let mut settings = settings(&server.url());
    change(&mut settings);
    complete(&provider(&settings), &request("hi"))
        .await
        .unwrap();
    server.requests().remove(0)
}

#[tokio::test]
async fn request_has_path_key_headers_and_body() {
    let request = sent(|settings| {
        settings.api_key = Some("sk-1".into());
        settings
            .headers
            .insert("X-Team".to_owned(), Redacted("blue".to_owned()));
    })
    .await;
    let head = &request.head;
    assert!(
        head.starts_with("post /v1/chat/completions http/1.1\r\n"),
        "{head}"
    );
    for header in [
        "authorization: bearer sk-1",
        "x-team: blue",
        "content-type: application/json",
        "accept: text/event-stream",
        "user-agent: parlor/",
    ] {
        assert!(head.contains(&format!("\r\n{header}")), "{header}: {head}");
    }
    assert_eq!(
        request.body,
        json!({
            "model": "small",
            "messages": [{ "role": "user", "content": "hi" }],
            "stream": true,
            "stream_options": { "include_usage": true },
        })
    );
}

#[tokio::test]
async fn request_without_key_has_no_authorization() {
    let request = sent(|_| {}).await;
    assert!(!request.head.contains("authorization"), "{}", request.head);
}

#[tokio::test]
async fn key_file_is_read_for_each_request() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("key");
    let server = ScriptedServer::start(vec![answer("a"), answer("b")]).await;
    let mut settings = settings(&server.url());
    settings.api_key_file = Some(path.clone());
    let provider = provider(&settings);
    let error = complete(&provider, &request("hi")).await.unwrap_err();
    assert_eq!(error.kind, ProviderErrorKind::KeyUnreadable);
    for key in ["old", "new"] {
        std::fs::write(&path, format!("{key}\n")).unwrap();
        complete(&provider, &request("hi")).await.unwrap();
    }
    std::fs::write(&path, "\n").unwrap();
    let error = complete(&provider, &request("hi")).await.unwrap_err();
    assert_eq!(error.kind, ProviderErrorKind::KeyUnreadable);
    let requests = server.requests();
    assert!(requests[0].head.contains("authorization: bearer old\r\n"));
    assert!(requests[1].head.contains("authorization: bearer new\r\n"));
    assert_eq!(requests.len(), 2);
}
