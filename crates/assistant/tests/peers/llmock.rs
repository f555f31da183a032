//! llmock: exact faults for each call, and its own verdict on the client.

use std::path::PathBuf;
use std::time::Duration;

use parlor_assistant::provider::{
    CompletionRequest, FinishReason, PromptMessage, ProviderErrorKind, ProviderSettings,
    ToolDefinition,
};
use parlor_model::redacted::Redacted;
use serde_json::{Value, json};
use tokio::process::Command;

use crate::fixture::{complete, control, provider, request, settings};
use crate::process::{self, PeerProcess};

struct Llmock {
    process: PeerProcess,
}

/// The program, which is beside the interpreter.
fn program() -> PathBuf {
    let python = process::installed("PARLOR_TEST_LLMOCK", "llmock/bin/python3");
    python.with_file_name("llmock")
}

impl Llmock {
    async fn start(behaviors: Value) -> Self {
        let program = program();
        let process = process::start(&program, |command, port| {
            let port = port.to_string();
            command
                .args([
                    "serve",
                    "--host",
                    "127.0.0.1",
                    "--log-level",
                    "error",
                    "--port",
                    &port,
                ])
                .args(["--stream-chunk-delay-ms", "20"]);
        });
        let process = process.await;
        let scenario = json!({ "behaviors": behaviors });
        let answer = control("POST", process.port, "/_llmock/scenario", Some(&scenario)).await;
        assert!(answer.get("queued").is_some(), "{answer}");
        Self { process }
    }

    fn settings(&self) -> ProviderSettings {
        settings(self.process.port)
    }

    /// Returns llmock's verdict as text, and whether it has neither errors nor warnings.
    async fn report(&self) -> (bool, String) {
        let url = format!("http://127.0.0.1:{}", self.process.port);
        let output = Command::new(program())
            .args(["report", "--strict", "--url", &url])
            .output()
            .await
            .unwrap();
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        (output.status.success(), text)
    }

    /// Waits until the first request has ended from the server's view.
    async fn wait_for_end_of_request(&self) {
        process::wait_until("llmock", async || {
            let requests = control("GET", self.process.port, "/_llmock/requests", None).await;
            requests.to_string().contains("\"status\":200")
        })
        .await;
    }

    async fn assert_clean(&self, attempts: usize) {
        let (is_clean, text) = self.report().await;
        assert!(is_clean && text.contains("PASS"), "{text}");
        assert!(text.contains(&format!("{attempts} attempt(s)")), "{text}");
    }
}

#[tokio::test]
async fn rate_limits_and_failures_are_retried_cleanly() {
    let server = Llmock::start(json!([
        { "type": "fail", "status": 429, "retry_after": 1 },
        { "type": "fail", "status": 503 },
        { "type": "reply", "text": "Hello." },
    ]))
    .await;
    let provider = provider(&server.settings());
    let response = complete(&provider, &request("hi")).await.unwrap();
    assert_eq!(response.text.0, "Hello.");
    assert_eq!(response.finish_reason, FinishReason::Stop);
    assert!(response.usage.is_some());
    server.assert_clean(3).await;
}

#[tokio::test]
async fn attempts_of_a_dead_provider_are_judged_clean() {
    let server = Llmock::start(json!([{ "type": "fail", "status": 500, "times": 9 }])).await;
    let provider = provider(&server.settings());
    let error = complete(&provider, &request("hi")).await.unwrap_err();
    assert_eq!(error.kind, ProviderErrorKind::ServerError);
    server.assert_clean(3).await;
}

#[tokio::test]
async fn refusals_are_not_retried() {
    let mut behaviors = Vec::new();
    let statuses = [400, 401, 403, 404, 422];
    for status in statuses {
        behaviors.push(json!({ "type": "fail", "status": status }));
    }
    let server = Llmock::start(json!(behaviors)).await;
    let provider = provider(&server.settings());
    for status in statuses {
        let error = complete(&provider, &request(&format!("hi {status}")))
            .await
            .unwrap_err();
        assert_eq!(error.status, Some(status));
        assert!(!error.kind.is_transient());
    }
    server.assert_clean(statuses.len()).await;
}

/// Breaks a stream after some chunks. If text was received before, the caller is the one to ask again.
async fn break_stream(kind: &str, after_chunks: u32, expected: Option<ProviderErrorKind>) {
    let text = "word ".repeat(40);
    let server = Llmock::start(json!([
        { "type": "reply", "text": text, "times": 2 },
        { "type": "stream_fault", "kind": kind, "after_chunks": after_chunks, "stall_seconds": 30 },
    ]))
    .await;
    let mut settings = server.settings();
    settings.timeouts.first_token = Duration::from_secs(3);
    settings.timeouts.between_tokens = Duration::from_secs(3);
    // The server notices within a chunk's delay that the client has left. Only later requests count as repetitions.
    settings.retry.min_delay = Duration::from_millis(500);
    let provider = provider(&settings);
    let mut result = complete(&provider, &request("hi")).await;
    if let Some(kind_expected) = expected {
        assert_eq!(
            result.unwrap_err().kind,
            kind_expected,
            "{kind} after {after_chunks}"
        );
        server.wait_for_end_of_request().await;
        result = complete(&provider, &request("hi")).await;
    }
    assert_eq!(
        result.unwrap().text.trim(),
        text.trim(),
        "{kind} after {after_chunks}"
    );
    server.assert_clean(2).await;
}

#[tokio::test]
async fn stream_broken_before_its_text_is_retried() {
    for kind in ["disconnect", "truncate", "malformed"] {
        break_stream(kind, 1, None).await;
    }
}

#[tokio::test]
async fn stream_broken_within_its_text_is_an_error() {
    for (kind, expected) in [
        ("disconnect", ProviderErrorKind::Interrupted),
        ("truncate", ProviderErrorKind::Interrupted),
        ("malformed", ProviderErrorKind::Malformed),
        ("stall", ProviderErrorKind::TimedOut),
    ] {
        break_stream(kind, 3, Some(expected)).await;
    }
}

#[tokio::test]
async fn broken_arguments_reach_the_caller_and_can_be_sent_back() {
    let fault = json!([{ "type": "tool_fault", "kind": "malformed_arguments" }]);
    let server = Llmock::start(fault).await;
    let provider = provider(&server.settings());
    let mut request = CompletionRequest {
        tools: vec![ToolDefinition {
            name: "weather".to_owned(),
            description: Redacted("tells the weather".to_owned()),
            parameters: Redacted(json!({
                "type": "object",
                "properties": { "city": { "type": "string" } },
                "required": ["city"],
            })),
        }],
        ..request("weather?")
    };
    let response = complete(&provider, &request).await.unwrap();
    assert_eq!(response.finish_reason, FinishReason::ToolCalls);
    let call = &response.tool_calls[0];
    assert!(serde_json::from_str::<Value>(&call.arguments).is_err());
    let result = PromptMessage::tool(call.id.clone(), "error: the arguments are not JSON");
    request.messages.push(PromptMessage::Assistant {
        text: response.text,
        tool_calls: response.tool_calls,
    });
    request.messages.push(result);
    let response = complete(&provider, &request).await.unwrap();
    assert!(!response.text.is_empty());
    server.assert_clean(2).await;
}

#[tokio::test]
async fn verdict_finds_a_client_that_does_not_wait() {
    let server = Llmock::start(json!([{ "type": "fail", "status": 429, "retry_after": 30 }])).await;
    let mut settings = server.settings();
    settings.retry.max_attempts = 1;
    let provider = provider(&settings);
    let error = complete(&provider, &request("hi")).await.unwrap_err();
    assert_eq!(error.retry_after, Some(Duration::from_secs(30)));
    complete(&provider, &request("hi")).await.unwrap();
    let (is_clean, text) = server.report().await;
    assert!(!is_clean && text.contains("retry_after_ignored"), "{text}");
}
