//! What servers send, and what is read of it.

use parlor_assistant::provider::{
    CompletionResponse, FinishReason, ProviderError, ProviderErrorKind, TokenUsage,
};
use serde_json::{Value, json};

use crate::fixture::{complete, provider, request, settings};
use crate::scripted_server::{
    ScriptedServer, Step, answer, cut_stream, part, reply, stream, stream_head, text_event,
};

async fn receive(steps: Vec<Step>) -> Result<CompletionResponse, ProviderError> {
    let server = ScriptedServer::start(vec![steps]).await;
    complete(&provider(&settings(&server.url())), &request("hi")).await
}

async fn receive_kind(steps: Vec<Step>) -> ProviderErrorKind {
    receive(steps).await.unwrap_err().kind
}

/// Events with these chunks.
fn events(chunks: &[Value]) -> String {
    chunks
        .iter()
        .map(|chunk| format!("data: {chunk}\n\n"))
        .collect()
}

fn delta(delta: &Value, finish_reason: &Value) -> Value {
    json!({ "choices": [{ "index": 0, "delta": delta, "finish_reason": finish_reason }] })
}

fn finish(reason: &str) -> Value {
    delta(&json!({}), &json!(reason))
}

#[tokio::test]
async fn stream_yields_text_usage_and_reason() {
    let chunks = [
        delta(
            &json!({ "role": "assistant", "content": null }),
            &Value::Null,
        ),
        delta(&json!({ "content": "Hel" }), &Value::Null),
        delta(&json!({ "content": "lo ☃" }), &Value::Null),
        finish("length"),
        json!({ "choices": [], "usage": { "prompt_tokens": 5, "completion_tokens": 2, "total_tokens": 7 } }),
    ];
    let response = receive(stream(&format!("{}data: [DONE]\n\n", events(&chunks))))
        .await
        .unwrap();
    assert_eq!(response.text.0, "Hello ☃");
    assert_eq!(response.finish_reason, FinishReason::Length);
    let usage = TokenUsage {
        input_tokens: 5,
        output_tokens: 2,
    };
    assert_eq!(response.usage, Some(usage));
}

#[tokio::test]
async fn odd_streams_are_read() {
    let text = |text: &str| events(&[delta(&json!({ "content": text }), &Value::Null)]);
    let end = events(&[finish("stop")]);
    let hello = text("hello");
    for (name, body) in [
        ("no [DONE]", format!("{hello}{end}")),
        ("keep-alive comments", format!(": ping\n\n{hello}:\n\n: ping\n\n{end}data: [DONE]\n\n")),
        ("carriage returns", format!("{hello}{end}").replace('\n', "\r\n")),
        ("no space after the colon", format!("{hello}{end}").replace("data: ", "data:")),
        ("no empty line at the end", format!("{hello}{end}data: [DONE]")),
        ("byte order mark", format!("\u{feff}{hello}{end}")),
        ("event names and ids", format!("event: message\nid: 1\nretry: 10\n{hello}{end}")),
        ("an empty event", format!("data:\n\n{hello}{end}")),
        ("a chunk without choices", format!("data: {{\"id\":\"x\"}}\n\n{hello}{end}")),
        ("a chunk without delta", format!("{}{hello}{end}", events(&[json!({ "choices": [{}] })]))),
        ("a null error", format!("data: {{\"error\":null,\"choices\":null,\"usage\":null}}\n\n{hello}{end}")),
        ("another choice", format!("{}{hello}{end}", events(&[json!({ "choices": [{ "index": 1, "delta": { "content": "no" } }] })]))),
        ("thoughts", format!("{}{hello}{end}", events(&[delta(&json!({ "reasoning_content": "hm", "content": null }), &Value::Null)]))),
        ("an empty finish reason", format!("{}{end}", events(&[delta(&json!({ "content": "hello" }), &json!(""))]))),
        ("the reason beside the text", events(&[delta(&json!({ "content": "hello" }), &json!("stop"))])),
        ("another id in each chunk", "data: {\"id\":\"1\",\"choices\":[{\"delta\":{\"content\":\"hel\"}}]}\n\ndata: {\"id\":\"2\",\"choices\":[{\"delta\":{\"content\":\"lo\"}}]}\n\n".to_owned() + &end),
        ("text in parts", events(&[delta(&json!({ "content": [{ "type": "text", "text": "hel" }, { "type": "text", "text": "lo" }] }), &json!("stop"))])),
        ("text that is a number", format!("{}{hello}{end}", events(&[delta(&json!({ "content": 5 }), &Value::Null)]))),
        ("a refusal", events(&[delta(&json!({ "refusal": "hello" }), &json!("stop"))])),
        ("rubbish after the finish reason", format!("{hello}{end}data: {{rubbish\n\n")),
    ] {
        let response = receive(stream(&body)).await;
        let response = response.unwrap_or_else(|error| panic!("{name}: {error}"));
        assert_eq!(response.text.0, "hello", "{name}");
        assert_eq!(response.finish_reason, FinishReason::Stop, "{name}");
        let lost = receive(cut_stream(&body)).await.unwrap();
        assert_eq!(lost.text.0, "hello", "{name}, and the connection is lost after it");
    }
}

#[tokio::test]
async fn event_in_many_parts_is_read() {
    let body = format!(
        "{}{}data: [DONE]\r\n\r\n",
        text_event("a☃b"),
        events(&[finish("stop")])
    );
    let mut steps = vec![stream_head()];
    steps.extend(body.chars().map(|letter| part(&letter.to_string())));
    steps.push(Step::Send("0\r\n\r\n".to_owned()));
    assert_eq!(receive(steps).await.unwrap().text.0, "a☃b");
}

#[tokio::test]
async fn stream_without_its_media_type_is_read() {
    let mut steps = answer("hello");
    let Step::Send(head) = &mut steps[0] else {
        panic!()
    };
    *head = head.replace("content-type: text/event-stream; charset=utf-8\r\n", "");
    assert_eq!(receive(steps).await.unwrap().text.0, "hello");
}

#[tokio::test]
async fn tool_call_is_joined_from_its_parts() {
    let call = |call: Value| delta(&json!({ "tool_calls": [call] }), &Value::Null);
    let chunks = [
        call(
            json!({ "index": 0, "id": "c1", "type": "function", "function": { "name": "weather", "arguments": "" } }),
        ),
        call(json!({ "index": 0, "function": { "arguments": "{\"city\":" } })),
        call(json!({ "index": 1, "id": "c2", "function": { "name": "time", "arguments": "{}" } })),
        call(json!({ "index": 0, "function": { "arguments": "\"Rome\"}" } })),
        // Some servers end with `stop` although there are calls.
        finish("stop"),
    ];
    let response = receive(stream(&events(&chunks))).await.unwrap();
    let calls: Vec<_> = response
        .tool_calls
        .iter()
        .map(|call| {
            (
                call.id.as_str(),
                call.name.as_str(),
                call.arguments.as_str(),
            )
        })
        .collect();
    assert_eq!(
        calls,
        [
            ("c1", "weather", "{\"city\":\"Rome\"}"),
            ("c2", "time", "{}")
        ]
    );
    assert_eq!(response.finish_reason, FinishReason::ToolCalls);
}

#[tokio::test]
async fn answer_of_a_server_that_does_not_stream_is_read() {
    let body = json!({
        "choices": [{
            "message": { "role": "assistant", "content": "hello", "tool_calls": [{ "id": "c", "function": { "name": "x", "arguments": "{}" } }] },
            "finish_reason": "tool_calls",
        }],
        "usage": { "prompt_tokens": 1, "completion_tokens": null },
    });
    let steps = reply(200, "content-type: application/json\r\n", &body.to_string());
    let response = receive(steps).await.unwrap();
    assert_eq!(response.text.0, "hello");
    assert_eq!(response.tool_calls.len(), 1);
    assert_eq!(response.usage.unwrap().input_tokens, 1);
}

#[tokio::test]
async fn stream_that_ends_early_is_interrupted() {
    let text = text_event("hello");
    for (name, steps) in [
        ("no finish reason", stream(&text)),
        (
            "[DONE] without finish reason",
            stream(&format!("{text}data: [DONE]\n\n")),
        ),
        ("no event at all", stream(": ping\n\n")),
        (
            "within an event",
            stream(&format!("{text}data: {{\"choices\":[{{")),
        ),
        ("connection lost", cut_stream(&text)),
        ("connection lost within an event", cut_stream(&text[..20])),
        (
            "connection lost before the first event",
            vec![stream_head()],
        ),
        ("connection lost before the head", vec![]),
    ] {
        assert_eq!(
            receive_kind(steps).await,
            ProviderErrorKind::Interrupted,
            "{name}"
        );
    }
}

#[tokio::test]
async fn malformed_responses_are_named() {
    for (name, steps) in [
        (
            "an event that is no JSON",
            stream("data: {rubbish\n\ndata: [DONE]\n\n"),
        ),
        (
            "an event of another form",
            stream("data: {\"choices\":5}\n\n"),
        ),
        (
            "an event with a control character",
            stream("data: \u{0}\n\n"),
        ),
        (
            "a body that is no JSON",
            reply(200, "content-type: application/json\r\n", "{rubbish"),
        ),
    ] {
        assert_eq!(
            receive_kind(steps).await,
            ProviderErrorKind::Malformed,
            "{name}"
        );
    }
    let page = reply(200, "content-type: text/html; charset=utf-8\r\n", "<html>");
    assert_eq!(
        receive_kind(page).await,
        ProviderErrorKind::UnexpectedResponse
    );
}

#[tokio::test]
async fn error_in_a_stream_is_named() {
    for (error, kind) in [
        (
            json!({ "error": { "code": 429, "message": "slow down" } }),
            ProviderErrorKind::RateLimited,
        ),
        (
            json!({ "error": { "type": "overloaded_error" } }),
            ProviderErrorKind::Overloaded,
        ),
        (
            json!({ "error": "it broke" }),
            ProviderErrorKind::ServerError,
        ),
    ] {
        let body = format!("{}{}", text_event("hel"), events(&[error]));
        let error = receive(stream(&body)).await.unwrap_err();
        assert_eq!(error.kind, kind);
    }
    let body = reply(
        200,
        "content-type: application/json\r\n",
        r#"{"error":{"code":"insufficient_quota"}}"#,
    );
    assert_eq!(receive_kind(body).await, ProviderErrorKind::QuotaExhausted);
}
