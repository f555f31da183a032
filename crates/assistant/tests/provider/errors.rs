//! Error statuses.

use std::time::Duration;

use parlor_assistant::provider::{ProviderError, ProviderErrorKind as Kind};

use crate::fixture::{complete, provider, request, settings};
use crate::scripted_server::{ScriptedServer, reply};

/// Sends a request that fails.
async fn receive_error(server: &ScriptedServer) -> ProviderError {
    let provider = provider(&settings(&server.url()));
    complete(&provider, &request("hi")).await.unwrap_err()
}

#[tokio::test]
async fn status_and_body_decide_the_kind() {
    for (status, headers, body, kind) in [
        (
            400,
            "",
            r#"{"error":{"message":"bad","code":400}}"#,
            Kind::BadRequest,
        ),
        (
            400,
            "",
            r#"{"error":{"code":"context_length_exceeded"}}"#,
            Kind::ContextTooLong,
        ),
        (401, "", "", Kind::Unauthorized),
        (403, "", "<html>", Kind::Forbidden),
        (
            404,
            "",
            r#"{"error":{"code":"model_not_found"}}"#,
            Kind::NotFound,
        ),
        (
            422,
            "",
            r#"{"detail":[{"loc":["body"]}]}"#,
            Kind::BadRequest,
        ),
        (
            429,
            "",
            r#"{"error":{"code":"insufficient_quota"}}"#,
            Kind::QuotaExhausted,
        ),
        (429, "", "", Kind::RateLimited),
        (500, "", "oops", Kind::ServerError),
        (
            503,
            "",
            r#"{"error":{"message":"Loading model","type":"unavailable_error","code":503}}"#,
            Kind::Overloaded,
        ),
        (
            302,
            "location: http://127.0.0.1:1/\r\n",
            "",
            Kind::UnexpectedResponse,
        ),
        (204, "", "", Kind::UnexpectedResponse),
    ] {
        let server = ScriptedServer::start(vec![reply(status, headers, body)]).await;
        let error = receive_error(&server);
        let error = error.await;
        assert_eq!(error.kind, kind, "{status} {body}");
        assert_eq!(error.status, Some(status));
        assert_eq!(server.requests().len(), 1);
    }
}

#[tokio::test]
async fn requested_wait_and_message_are_kept() {
    let body = r#"{"error":{"message":"slow down","type":"requests"}}"#;
    let steps = reply(429, "retry-after: 2\r\nretry-after-ms: 1500\r\n", body);
    let server = ScriptedServer::start(vec![steps]).await;
    let error = receive_error(&server);
    let error = error.await;
    assert_eq!(error.retry_after, Some(Duration::from_millis(1500)));
    assert_eq!(error.message.0, "slow down");
    assert!(!format!("{error} {error:?}").contains("slow down"));
}

#[tokio::test]
async fn server_that_is_not_there_is_unreachable() {
    let listener = std::net::TcpListener::bind(("127.0.0.1", 0)).unwrap();
    let port = listener.local_addr().unwrap().port();
    drop(listener);
    let provider = provider(&settings(&format!("http://127.0.0.1:{port}/v1")));
    let error = complete(&provider, &request("hi")).await.unwrap_err();
    assert_eq!(error.kind, Kind::Unreachable);
    assert_eq!(error.status, None);
}

#[tokio::test]
async fn unknown_host_is_unreachable() {
    let provider = provider(&settings("http://no-such-host.invalid/v1"));
    let error = complete(&provider, &request("hi")).await.unwrap_err();
    assert_eq!(error.kind, Kind::Unreachable);
}
