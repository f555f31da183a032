//! Time-outs. The servers here wait until the client gives up, so that no test depends on the speed of the machine.

use std::time::Duration;

use parlor_assistant::provider::{ProviderError, ProviderErrorKind, ProviderSettings};
use tokio::net::TcpListener;

use crate::fixture::{complete, provider, request, settings};
use crate::scripted_server::{ScriptedServer, Step, chunk, part, stream_head, text_event};

const SHORT: Duration = Duration::from_millis(100);

/// Receives a response that never ends, and waits until the connection is closed.
async fn time_out(steps: Vec<Step>, change: impl FnOnce(&mut ProviderSettings)) -> ProviderError {
    let mut server = ScriptedServer::start(vec![steps]).await;
    let mut settings = settings(&server.url());
    change(&mut settings);
    let error = complete(&provider(&settings), &request("hi"))
        .await
        .unwrap_err();
    assert_eq!(error.kind, ProviderErrorKind::TimedOut);
    server.wait_for_close().await;
    error
}

#[tokio::test]
async fn silent_server_times_out() {
    let error = time_out(vec![Step::AwaitClose], |settings| {
        settings.timeouts.first_token = SHORT;
    });
    assert!(
        error
            .await
            .context
            .unwrap()
            .contains("timeouts.first_token")
    );
}

#[tokio::test]
async fn head_role_and_comments_are_no_first_token() {
    let role = "data: {\"choices\":[{\"delta\":{\"role\":\"assistant\",\"content\":\"\"}}]}\n\n";
    let steps = vec![stream_head(), part(role), Step::Repeat(chunk(": ping\n\n"))];
    let error = time_out(steps, |settings| settings.timeouts.first_token = SHORT);
    assert!(
        error
            .await
            .context
            .unwrap()
            .contains("timeouts.first_token")
    );
}

#[tokio::test]
async fn pause_after_the_first_token_times_out() {
    let steps = vec![
        stream_head(),
        part(&text_event("hello")),
        Step::Repeat(chunk(": ping\n\n")),
    ];
    let error = time_out(steps, |settings| settings.timeouts.between_tokens = SHORT);
    assert!(
        error
            .await
            .context
            .unwrap()
            .contains("timeouts.between_tokens")
    );
}

#[tokio::test]
async fn endless_response_times_out() {
    let steps = vec![stream_head(), Step::Repeat(chunk(&text_event("hello ")))];
    let error = time_out(steps, |settings| {
        settings.timeouts.total = Duration::from_millis(300);
    });
    assert!(error.await.context.is_some());
}

#[tokio::test]
async fn server_without_tls_handshake_times_out() {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let mut settings = settings(&format!("https://127.0.0.1:{port}/v1"));
    settings.timeouts.connect = SHORT;
    let error = complete(&provider(&settings), &request("hi"))
        .await
        .unwrap_err();
    assert_eq!(error.kind, ProviderErrorKind::TimedOut);
    assert_eq!(error.context, Some("connecting"));
}

#[tokio::test]
async fn complete_answer_does_not_wait_for_usage() {
    let end = "data: {\"choices\":[{\"delta\":{},\"finish_reason\":\"stop\"}]}\n\n";
    let steps = vec![
        stream_head(),
        part(&text_event("hello")),
        part(end),
        Step::AwaitClose,
    ];
    let mut server = ScriptedServer::start(vec![steps]).await;
    let mut settings = settings(&server.url());
    settings.timeouts.between_tokens = SHORT;
    let response = complete(&provider(&settings), &request("hi"))
        .await
        .unwrap();
    assert_eq!(response.text.0, "hello");
    server.wait_for_close().await;
}
