//! Size limits.

use parlor_assistant::provider::ProviderErrorKind;

use crate::fixture::{complete, provider, request, settings};
use crate::scripted_server::{ScriptedServer, Step, answer, chunk, reply, stream_head, text_event};

#[tokio::test]
async fn event_over_its_limit_is_refused() {
    let mut repeated = vec![stream_head(), Step::Send(chunk("data: "))];
    repeated.push(Step::Repeat(chunk(&"x".repeat(1000))));
    let mut server = ScriptedServer::start(vec![repeated]).await;
    let mut settings = settings(&server.url());
    settings.limits.max_event_bytes = 10_000;
    let error = complete(&provider(&settings), &request("hi"))
        .await
        .unwrap_err();
    assert_eq!(error.kind, ProviderErrorKind::TooLarge);
    assert_eq!(error.context, Some("limits.max_event_bytes"));
    server.wait_for_close().await;
}

#[tokio::test]
async fn response_over_its_limit_is_refused() {
    let steps = vec![stream_head(), Step::Repeat(chunk(&text_event("hello")))];
    let mut server = ScriptedServer::start(vec![steps]).await;
    let mut settings = settings(&server.url());
    settings.limits.max_response_bytes = 1000;
    let error = complete(&provider(&settings), &request("hi"))
        .await
        .unwrap_err();
    assert_eq!(error.kind, ProviderErrorKind::TooLarge);
    assert_eq!(error.context, Some("limits.max_response_bytes"));
    server.wait_for_close().await;
}

#[tokio::test]
async fn whole_answer_over_its_limit_is_refused() {
    let body = format!("{{\"x\":\"{}\"}}", "x".repeat(2000));
    let steps = reply(200, "content-type: application/json\r\n", &body);
    let server = ScriptedServer::start(vec![steps]).await;
    let mut settings = settings(&server.url());
    settings.limits.max_response_bytes = 1000;
    let error = complete(&provider(&settings), &request("hi"))
        .await
        .unwrap_err();
    assert_eq!(error.kind, ProviderErrorKind::TooLarge);
}

#[tokio::test]
async fn response_within_its_limits_is_read() {
    let text = "x".repeat(5000);
    let server = ScriptedServer::start(vec![answer(&text)]).await;
    let mut settings = settings(&server.url());
    settings.limits.max_event_bytes = 6000;
    settings.limits.max_response_bytes = 6000;
    let response = complete(&provider(&settings), &request("hi"))
        .await
        .unwrap();
    assert_eq!(response.text.0, text);
}
