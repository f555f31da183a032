//! A small language model on llama.cpp's server. What it says makes no sense, so tests look at form alone.

use std::path::Path;

use parlor_assistant::provider::{
    CompletionEvent, CompletionRequest, FinishReason, ProbeOptions, PromptMessage,
    ProviderErrorKind, ToolDefinition, probe,
};
use parlor_model::redacted::Redacted;
use serde_json::json;

use crate::fixture::{complete, is_healthy, provider, request, settings};
use crate::process::{self, PeerProcess};

async fn start() -> PeerProcess {
    let python = process::installed("PARLOR_TEST_LOCAL_MODEL", "local-model/bin/python3");
    let script = Path::new(concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/tests/peers/local_model.py"
    ));
    let process = process::start(&python, |command, port| {
        command.arg(script).arg(port.to_string());
    });
    let process = process.await;
    // The server accepts connections while it loads the model, and answers 503.
    process::wait_until("the model", async || is_healthy(process.port).await).await;
    process
}

fn short_request(max_tokens: u32) -> CompletionRequest {
    CompletionRequest {
        messages: vec![
            PromptMessage::system("You are a helpful assistant."),
            PromptMessage::user("Tell a long story."),
        ],
        max_tokens: Some(max_tokens),
        temperature: Some(0.0),
        ..CompletionRequest::default()
    }
}

#[tokio::test]
async fn model_answers_with_tokens_usage_and_reason() {
    let server = start().await;
    let provider = provider(&settings(server.port));
    let request = short_request(12);
    let first = complete(&provider, &request).await.unwrap();
    assert!(!first.text.is_empty());
    assert_eq!(first.finish_reason, FinishReason::Length);
    let usage = first.usage.unwrap();
    assert_eq!(usage.output_tokens, 12);
    assert!(usage.input_tokens > 10, "{usage:?}");
    let second = complete(&provider, &request).await.unwrap();
    assert_eq!(second.text, first.text);

    let with_tools = CompletionRequest {
        tools: vec![ToolDefinition {
            name: "search".to_owned(),
            description: Redacted("searches".to_owned()),
            parameters: Redacted(json!({ "type": "object", "properties": {} })),
        }],
        ..short_request(5)
    };
    complete(&provider, &with_tools).await.unwrap();

    let report = probe(provider.as_ref(), &ProbeOptions::default())
        .await
        .unwrap();
    assert!(report.time_to_first_token <= report.total_time);
    assert!(report.usage.is_some());
}

#[tokio::test]
async fn model_refuses_a_prompt_over_its_context() {
    let server = start().await;
    let provider = provider(&settings(server.port));
    let error = complete(&provider, &request(&"word ".repeat(5000)))
        .await
        .unwrap_err();
    assert_eq!(error.kind, ProviderErrorKind::ContextTooLong);
    assert_eq!(error.status, Some(400));
}

#[tokio::test]
async fn cancelled_answer_frees_the_model() {
    let server = start().await;
    let provider = provider(&settings(server.port));
    let request = CompletionRequest {
        max_tokens: None,
        ..short_request(1)
    };
    // The server answers one request at a time, so the last answer proves that those before were given up.
    for _ in 0..3 {
        let mut stream = provider.complete(&request).await.unwrap();
        let event = stream.next_event().await.unwrap();
        assert!(matches!(event, Some(CompletionEvent::TextDelta(_))));
    }
    let response = complete(&provider, &short_request(3)).await.unwrap();
    assert_eq!(response.usage.unwrap().output_tokens, 3);
}
