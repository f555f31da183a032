//! aimock: scripted answers, tools, delays and cut streams, and a journal of what was sent.

use std::path::Path;
use std::time::Duration;

use parlor_assistant::provider::{
    CompletionEvent, CompletionRequest, FinishReason, PromptMessage, ProviderErrorKind,
    ToolDefinition,
};
use parlor_model::redacted::Redacted;
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::fixture::{complete, control, provider, request, settings};
use crate::process::{self, PeerProcess};

pub(crate) struct Aimock {
    process: PeerProcess,
    _folder: TempDir,
}

impl Aimock {
    /// Starts aimock with these answers. A request that fits none of them fails.
    pub(crate) async fn start(fixtures: Value) -> Self {
        let packages = process::installed("PARLOR_TEST_NODE_CLIENTS", "node");
        let script = packages.join("node_modules/@copilotkit/aimock/dist/cli.js");
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("fixtures.json");
        std::fs::write(&file, json!({ "fixtures": fixtures }).to_string()).unwrap();
        let process = process::start(Path::new("node"), |command, port| {
            command
                .arg(&script)
                .args(["--port", &port.to_string(), "--fixtures"])
                .arg(&file)
                .args(["--strict", "--validate-on-load", "--log-level", "silent"]);
        });
        Self {
            process: process.await,
            _folder: folder,
        }
    }

    pub(crate) fn port(&self) -> u16 {
        self.process.port
    }

    /// Returns the bodies of the requests.
    pub(crate) async fn requests(&self) -> Vec<Value> {
        let journal = control("GET", self.port(), "/__aimock/journal", None).await;
        let entries = journal.as_array().expect("the journal is a list").iter();
        entries.map(|entry| entry["body"].clone()).collect()
    }
}

fn answer(user_message: &str, response: &Value) -> Value {
    json!({ "match": { "userMessage": user_message }, "response": response })
}

#[tokio::test]
async fn text_is_streamed_with_usage() {
    let text = "Parlor is a conversation server for many kinds of clients.";
    let server = Aimock::start(json!([answer("parlor", &json!({ "content": text }))])).await;
    let provider = provider(&settings(server.port()));
    let mut request = request("What is parlor?");
    request
        .messages
        .insert(0, PromptMessage::system("be brief"));
    let mut stream = provider.complete(&request).await.unwrap();
    let (mut received, mut deltas, mut usage, mut reason) = (String::new(), 0, None, None);
    while let Some(event) = stream.next_event().await.unwrap() {
        match event {
            CompletionEvent::TextDelta(delta) => {
                received.push_str(&delta);
                deltas += 1;
            }
            CompletionEvent::Usage(tokens) => usage = Some(tokens),
            CompletionEvent::End(finish_reason) => reason = Some(finish_reason),
            CompletionEvent::ToolCall(call) => panic!("{call:?}"),
        }
    }
    assert_eq!(received, text);
    assert!(deltas > 1, "the text came in one piece");
    assert_eq!(reason, Some(FinishReason::Stop));
    assert!(usage.is_some(), "there is no usage");
    let sent = server.requests().await;
    assert_eq!(sent.len(), 1);
    assert_eq!(
        sent[0]["messages"],
        json!([
            { "role": "system", "content": "be brief" },
            { "role": "user", "content": "What is parlor?" },
        ])
    );
}

#[tokio::test]
async fn tool_round_is_completed() {
    let call = json!({ "toolCalls": [{ "name": "weather", "arguments": "{\"city\":\"Rome\"}" }] });
    let server = Aimock::start(json!([
        { "match": { "userMessage": "weather", "hasToolResult": false }, "response": call },
        { "match": { "userMessage": "weather", "hasToolResult": true }, "response": { "content": "Sunny." } },
    ]))
    .await;
    let provider = provider(&settings(server.port()));
    let mut request = CompletionRequest {
        tools: vec![ToolDefinition {
            name: "weather".to_owned(),
            description: Redacted("tells the weather".to_owned()),
            parameters: Redacted(
                json!({ "type": "object", "properties": { "city": { "type": "string" } } }),
            ),
        }],
        ..request("weather in Rome?")
    };
    let response = complete(&provider, &request).await.unwrap();
    assert_eq!(response.finish_reason, FinishReason::ToolCalls);
    let [call] = response.tool_calls.as_slice() else {
        panic!("{:?}", response.tool_calls)
    };
    assert_eq!(
        (call.name.as_str(), call.arguments.as_str()),
        ("weather", "{\"city\":\"Rome\"}")
    );
    assert!(!call.id.is_empty());
    let result = PromptMessage::tool(call.id.clone(), "sunny");
    request.messages.push(PromptMessage::Assistant {
        text: response.text,
        tool_calls: response.tool_calls,
    });
    request.messages.push(result);
    let response = complete(&provider, &request).await.unwrap();
    assert_eq!(response.text.0, "Sunny.");
    assert_eq!(response.finish_reason, FinishReason::Stop);
}

#[tokio::test]
async fn failure_and_rate_limit_are_retried() {
    let error =
        json!({ "error": { "message": "slow down", "type": "rate_limit_error" }, "status": 429 });
    let server = Aimock::start(json!([
        { "match": { "userMessage": "hi", "sequenceIndex": 0 }, "response": error },
        { "match": { "userMessage": "hi", "sequenceIndex": 1 }, "response": { "content": "Hello." } },
    ]))
    .await;
    let provider = provider(&settings(server.port()));
    let response = complete(&provider, &request("hi")).await.unwrap();
    assert_eq!(response.text.0, "Hello.");
    assert_eq!(server.requests().await.len(), 2);
}

#[tokio::test]
async fn cut_stream_is_interrupted_after_its_text() {
    let text = "one two three four five six seven eight nine ten eleven twelve";
    let server = Aimock::start(json!([{
        "match": { "userMessage": "count" },
        "response": { "content": text },
        "latency": 200,
        "chunkSize": 4,
        "disconnectAfterMs": 700,
    }]))
    .await;
    let provider = provider(&settings(server.port()));
    let request = request("count");
    let mut stream = provider.complete(&request).await.unwrap();
    let mut received = String::new();
    let error = loop {
        match stream.next_event().await {
            Ok(Some(CompletionEvent::TextDelta(delta))) => received.push_str(&delta),
            Ok(other) => panic!("{other:?}"),
            Err(error) => break error,
        }
    };
    assert_eq!(error.kind, ProviderErrorKind::Interrupted);
    assert!(
        !received.is_empty() && text.starts_with(&received),
        "{received}"
    );
    assert_eq!(server.requests().await.len(), 1);
}

#[tokio::test]
async fn chaos_ends_in_named_errors() {
    let server = Aimock::start(json!([answer("hi", &json!({ "content": "Hello." }))])).await;
    let mut settings = settings(server.port());
    settings.retry.min_delay = Duration::from_millis(1);
    let provider = provider(&settings);
    for (chaos, kind) in [
        (json!({ "malformedRate": 1 }), ProviderErrorKind::Malformed),
        (
            json!({ "disconnectRate": 1 }),
            ProviderErrorKind::Interrupted,
        ),
        (json!({ "dropRate": 1 }), ProviderErrorKind::ServerError),
    ] {
        control("POST", server.port(), "/__aimock/chaos", Some(&chaos)).await;
        let error = complete(&provider, &request("hi")).await.unwrap_err();
        assert_eq!(error.kind, kind, "{chaos}");
        control("DELETE", server.port(), "/__aimock/chaos", None).await;
        let response = complete(&provider, &request("hi")).await.unwrap();
        assert_eq!(response.text.0, "Hello.");
    }
}

#[tokio::test]
async fn request_without_answer_fails() {
    let server = Aimock::start(json!([answer("hi", &json!({ "content": "Hello." }))])).await;
    let provider = provider(&settings(server.port()));
    let error = complete(&provider, &request("other")).await.unwrap_err();
    assert_eq!(error.kind, ProviderErrorKind::Overloaded);
    assert_eq!(error.status, Some(503));
}
