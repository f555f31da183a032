//! Logs and metrics of answers: they tell what happened, and nothing of what was said.
//!
//! Proves INV-55 (`docs/invariants.md`).

use std::time::Duration;

use parlor_testkit::tokio;
use serde_json::{Value, json};

use super::installation::{Installation, on_both_databases};
use super::model_server::{KEY, ModelResponse, ModelServer};
use crate::program::{WAIT_TIMEOUT, block_on, client, get};

/// What people, operators and the model say, each with this word.
const SAID: &str = "zebedee";
const HEADER_SECRET: &str = "florence";
/// How a question lets the model fail, and how the turn then ends.
const FAULTS: [(&str, &str); 11] = [
    ("refuse", "provider_rejected"),
    ("too-long", "provider_rejected"),
    ("break", "provider_unreachable"),
    ("limit", "provider_rate_limited"),
    ("page", "invalid_response"),
    ("garble", "invalid_response"),
    ("cut", "provider_unreachable"),
    ("interrupt", "provider_unreachable"),
    ("filter", "content_filter"),
    ("nothing", "empty_answer"),
    ("forget-key", "provider_rejected"),
];
/// Answers that begin with calls of tools, whose time is not that of a first token.
const CALLING: u64 = 1;
/// Faults of the model after it has said something.
const WITH_TEXT: u64 = 4;

/// Answers with a quotation of the request, or fails with one.
fn respond(request: &Value) -> ModelResponse {
    let quoted = request.to_string();
    let asked = request["messages"].as_array().unwrap().last().unwrap();
    let asked = asked["content"].as_str().unwrap();
    let event = |event: &Value| format!("data: {event}\n\n");
    let said = |text: &str, reason: Option<&str>| {
        event(&json!({ "choices": [{ "delta": { "content": text }, "finish_reason": reason }] }))
    };
    let partly = said(&quoted, None);
    match asked.split(' ').next().unwrap() {
        "refuse" => ModelResponse::error("400 Bad Request", &quoted),
        "too-long" => ModelResponse::error(
            "400 Bad Request",
            &format!("over the maximum context length: {quoted}"),
        ),
        "break" => ModelResponse::error("500 Internal Server Error", &quoted),
        "limit" => ModelResponse::error("429 Too Many Requests", &quoted),
        "forget-key" => ModelResponse::error("401 Unauthorized", &format!("{KEY} {quoted}")),
        "page" => ModelResponse {
            media_type: "text/html",
            ..ModelResponse::events(&quoted)
        },
        "garble" => ModelResponse::events(&format!("{partly}data: {{{SAID}\n\n{partly}")),
        "cut" => ModelResponse {
            missing_bytes: 100,
            ..ModelResponse::events(&partly)
        },
        "interrupt" => {
            let error = event(&json!({ "error": { "message": quoted } }));
            ModelResponse::events(&format!("{partly}{error}"))
        }
        "filter" => {
            let end = said(&quoted, Some("content_filter"));
            ModelResponse::events(&end)
        }
        "search" => {
            let arguments = json!({ "query": SAID }).to_string();
            let calls = ["search_messages", SAID].map(|name| {
                let function = json!({ "name": name, "arguments": arguments });
                json!({ "id": name, "type": "function", "function": function })
            });
            let [mut known, mut unknown] = calls;
            (known["index"], unknown["index"]) = (json!(0), json!(1));
            let delta = json!({ "tool_calls": [known, unknown] });
            let end = json!({ "choices": [{ "delta": delta, "finish_reason": "tool_calls" }] });
            ModelResponse::events(&event(&end))
        }
        "nothing" => ModelResponse::events(&said("", Some("stop"))),
        _ => {
            let usage = json!({ "prompt_tokens": 7, "completion_tokens": 2 });
            let usage = event(&json!({ "choices": [], "usage": usage }));
            let end = said(SAID, Some("stop"));
            ModelResponse::events(&format!("{partly}{end}{usage}data: [DONE]\n\n"))
        }
    }
}

/// Server whose assistants use the model, at the first failure without another attempt.
fn config(model: &ModelServer) -> String {
    format!(
        "[assistant]\nkind = \"openai\"\nbase_url = {:?}\nmodel = \"m\"\napi_key = {KEY:?}\n\
         headers = {{ x-team = {HEADER_SECRET:?} }}\nretry = {{ max_attempts = 1 }}\n\
         circuit_breaker = {{ max_failures = 1000 }}\n",
        model.url()
    )
}

/// A caller of three APIs.
struct Asker {
    url: String,
    key: String,
    workspace: String,
}

impl Asker {
    fn new(installation: &Installation) -> Self {
        Self {
            url: installation.url().to_owned(),
            key: installation.key(),
            workspace: installation.workspace(),
        }
    }

    async fn post(&self, path: &str, accept: &str, body: &Value) -> (u16, String) {
        let request = client()
            .post(format!("{}{path}", self.url))
            .bearer_auth(&self.key)
            .header("x-api-key", &self.key)
            .header("content-type", "application/json")
            .header("accept", accept);
        let response = request.body(body.to_string()).send().await.unwrap();
        let status = response.status().as_u16();
        (status, response.text().await.unwrap())
    }

    async fn create(&self, path: &str, body: &Value) -> String {
        let (status, text) = self.post(path, "application/json", body).await;
        assert!((200..300).contains(&status), "{text}");
        let created: Value = serde_json::from_str(&text).unwrap();
        created["id"].as_str().unwrap().to_owned()
    }

    async fn create_conversation(&self) -> String {
        let instructions = json!({ "backstory": format!("{SAID} is your secret") });
        self.create("/api/v1/conversation/create", &instructions)
            .await
    }

    /// Asks and waits for the answer.
    async fn ask(&self, conversation: &str, accept: &str, question: &str) -> (u16, String) {
        let path = format!("/api/v1/conversation/{conversation}/complete");
        let body = json!({ "text": format!("{question} says {SAID}") });
        self.post(&path, accept, &body).await
    }

    /// Value of a line of the metrics.
    async fn metric(&self, name: &str) -> f64 {
        let (status, page) = get(&format!("{}/metrics", self.url), "").await;
        assert_eq!(status, 200);
        assert!(!page.to_lowercase().contains(SAID) && !page.contains(KEY));
        let found = page.lines().find_map(|line| {
            let (found, value) = line.rsplit_once(' ')?;
            (found == name).then(|| value.parse().unwrap())
        });
        found.unwrap_or_else(|| panic!("no {name} in {page}"))
    }

    /// Waits for a value: an answer is there shortly before its turn is counted.
    async fn wait_for_metric(&self, name: &str, wanted: u64) {
        let mut ticks = tokio::time::interval(Duration::from_millis(20));
        let looks = async {
            while self.metric(name).await != wanted as f64 {
                ticks.tick().await;
            }
        };
        let waited = tokio::time::timeout(WAIT_TIMEOUT, looks).await;
        waited.unwrap_or_else(|_| panic!("{name} is never {wanted}"));
    }

    /// Lets the model answer in every way, and returns how many turns have been done.
    async fn hear_answers(&self, conversation: &str) -> u64 {
        let (json, jsonl) = ("application/json", "application/jsonl");
        for (accept, asked) in [(json, "somebody"), (jsonl, "somebody"), (json, "search")] {
            let (status, answer) = self.ask(conversation, accept, asked).await;
            assert_eq!(status, 200, "{answer}");
            assert!(answer.contains(SAID), "{answer}");
        }
        let message = json!({ "type": "user", "text": format!("who is {SAID}?") });
        let stateless = json!({ "messages": [message], "backstory": SAID });
        let path = "/api/v1/conversation/complete";
        let (status, answer) = self.post(path, jsonl, &stateless).await;
        assert_eq!(status, 200, "{answer}");
        let chat = json!({ "user_id": SAID, "title": SAID });
        let chat = self.create("/api/v1/chats/", &chat).await;
        let streamed = json!({ "content": format!("I am {SAID}"), "stream": true });
        let path = format!("/api/v2/w/{}/chats/{chat}/messages", self.workspace);
        let (status, events) = self.post(&path, "text/event-stream", &streamed).await;
        assert_eq!(status, 200, "{events}");
        assert!(events.contains("chat.completion.chunk"), "{events}");
        4
    }

    /// Lets the model fail in every way.
    async fn hear_failures(&self, conversation: &str) {
        for (fault, error) in FAULTS {
            let (status, answer) = self.ask(conversation, "application/json", fault).await;
            assert_eq!(status, 424, "{fault}: {answer}");
            let answer: Value = serde_json::from_str(&answer).unwrap();
            let message = answer["message"].as_str().unwrap();
            assert!(message.starts_with(error), "{fault}: {message}");
        }
    }
}

#[test]
fn logs_and_metrics_of_answers_hold_nothing_of_what_was_said() {
    let model = ModelServer::start_with(respond);
    on_both_databases(&config(&model), |installation| {
        let asker = Asker::new(installation);
        block_on(async {
            let conversation = asker.create_conversation().await;
            let done = asker.hear_answers(&conversation).await;
            asker.hear_failures(&conversation).await;
            let failed = FAULTS.len() as u64;
            for (name, wanted) in [
                ("parlor_turns_total{state=\"done\"}", done),
                ("parlor_turns_total{state=\"failed\"}", failed),
                ("parlor_turns_running", 0),
                ("parlor_turn_tokens_total{direction=\"input\"}", 7 * done),
                ("parlor_turn_tokens_total{direction=\"output\"}", 2 * done),
                ("parlor_turn_first_tokens_total", done - CALLING + WITH_TEXT),
            ] {
                asker.wait_for_metric(name, wanted).await;
            }
            assert!(asker.metric("parlor_turn_first_token_seconds_sum").await > 0.0);
        });
        let workspace = asker.workspace.clone();
        let echo = ["set", "--workspace", &workspace, "--kind", "echo"];
        installation.assistant(&echo).json();
        block_on(async {
            let conversation = asker.create_conversation().await;
            asker.hear_answers(&conversation).await;
        });
        assert_log_is_silent(&installation.stop());
    });
    let prompts: Vec<String> = model
        .requests()
        .iter()
        .map(|request| request.body.to_string())
        .collect();
    let has = |text: &str| prompts.iter().any(|prompt| prompt.contains(text));
    assert!(has(&format!("{SAID} is your secret")), "{prompts:?}");
    assert!(has("\"role\":\"tool\""), "{prompts:?}");
}

/// Checks that a log has the errors of all turns, and nothing of what was said.
#[track_caller]
fn assert_log_is_silent(log: &str) {
    for (fault, error) in FAULTS {
        let field = format!("\"error\":\"{error}\"");
        assert!(log.contains(&field), "{fault}: no {error} in the log");
    }
    let lower = log.to_lowercase();
    for secret in [SAID, HEADER_SECRET, KEY, "sk-parlor-"] {
        assert!(!lower.contains(secret), "the log has {secret}:\n{log}");
    }
}
