//! An agent server under test control.

use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use http::{HeaderMap, StatusCode};
use serde_json::{Value, json};
use tokio::sync::Notify;

use crate::fixtures::{TestSpace, text};

/// Request that the agent server received.
#[derive(Clone)]
pub(super) struct ReceivedQuestion {
    pub(super) thread: String,
    pub(super) authorization: String,
    pub(super) message_id: String,
    pub(super) body: Value,
}

/// Agent server that answers a question according to its text.
#[derive(Clone)]
pub(super) struct FakeAgentServer {
    threads: String,
    token: String,
    questions: Arc<Mutex<Vec<ReceivedQuestion>>>,
    /// Notified when the client has received the start of an interrupted answer.
    pub(super) prefix_received: Arc<Notify>,
    http: reqwest::Client,
}

impl FakeAgentServer {
    /// Starts the server and returns its address.
    pub(super) async fn start(test_space: &TestSpace) -> (Self, String) {
        let agent = Self {
            threads: format!(
                "{}/v1/workspaces/{}/agent/threads",
                test_space.server.url, test_space.server.a.workspace
            ),
            token: test_space.token.clone(),
            questions: Arc::default(),
            prefix_received: Arc::default(),
            http: reqwest::Client::builder().no_proxy().build().unwrap(),
        };
        let routes = Router::new().route("/talk/agent/threads/{thread}/chat", post(chat));
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let app = routes.with_state(agent.clone());
        tokio::spawn(async move { axum::serve(listener, app).await });
        (agent, format!("http://{address}/talk"))
    }

    pub(super) fn received_questions(&self) -> Vec<ReceivedQuestion> {
        self.questions.lock().unwrap().clone()
    }

    async fn store(&self, thread: &str, message: Value) -> Value {
        let url = format!("{}/{thread}/messages", self.threads);
        let sent = self
            .http
            .post(url)
            .bearer_auth(&self.token)
            .json(&message)
            .send()
            .await
            .unwrap();
        assert_eq!(sent.status(), 200);
        sent.json().await.unwrap()
    }

    pub(super) async fn thread(&self, thread: &str) -> Value {
        let url = format!("{}/{thread}", self.threads);
        self.http
            .get(url)
            .bearer_auth(&self.token)
            .send()
            .await
            .unwrap()
            .json()
            .await
            .unwrap()
    }

    /// Answers as the protocol requires: stores the question, reads the thread, stores and streams the answer.
    async fn answer(&self, thread: &str, id: &str, question: &str) -> Response {
        let before = self.thread(thread).await;
        let draft = before["messages"]
            .as_array()
            .unwrap()
            .last()
            .unwrap()
            .clone();
        assert_eq!(
            (&draft["id"], &draft["content"], text(&draft, "role")),
            (&json!(id), &Value::Null, "assistant")
        );
        let own = random_uuid();
        self.store(
            thread,
            json!({ "id": own, "role": "user", "content": question }),
        )
        .await;
        let stored = self.store(thread, json!({ "id": id, "role": "assistant", "content": "Seven days", "finishReason": "stop" })).await;
        let frames = [
            encode_event(
                "message_start",
                &json!({ "threadId": thread, "messageId": id, "role": "assistant", "model": "m" }),
            ),
            encode_event(
                "content_delta",
                &json!({ "threadId": thread, "messageId": id, "delta": "Seven " }),
            ),
            encode_event(
                "content_delta",
                &json!({ "threadId": thread, "messageId": id, "delta": "days" }),
            ),
            encode_event(
                "message_end",
                &json!({ "threadId": thread, "messageId": id, "finishReason": "stop" }),
            ),
            encode_event(
                "done",
                &json!({ "threadId": thread, "messageId": stored["id"] }),
            ),
        ];
        stream_response(frames.concat())
    }
}

fn random_uuid() -> String {
    "99999999-0000-4000-8000-000000000001".to_owned()
}

fn encode_event(name: &str, data: &Value) -> String {
    format!("event: {name}\ndata: {data}\n\n")
}

fn stream_response(text: String) -> Response {
    ([("content-type", "text/event-stream; charset=utf-8")], text).into_response()
}

/// Handles a question; its text selects the behaviour.
async fn chat(
    State(agent): State<FakeAgentServer>,
    Path(thread): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let header = |name: &str| {
        headers
            .get(name)
            .and_then(|value| value.to_str().ok())
            .unwrap_or_default()
            .to_owned()
    };
    let body: Value = serde_json::from_slice(&body).unwrap();
    let (id, question) = (
        header("x-sharely-message-id"),
        text(&body, "message").to_owned(),
    );
    let request = ReceivedQuestion {
        thread: thread.clone(),
        authorization: header("authorization"),
        message_id: id.clone(),
        body,
    };
    agent.questions.lock().unwrap().push(request);
    match question.as_str() {
        "fail" => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
        "page" => ([("content-type", "text/html")], "<p>Hello</p>").into_response(),
        "elsewhere" => (
            StatusCode::TEMPORARY_REDIRECT,
            [("location", "/talk/agent/threads/x/chat")],
        )
            .into_response(),
        "break" => {
            let draft =
                encode_event("content_delta", &json!({ "delta": "Seven" })) + "event: content_del";
            let received = agent.prefix_received.clone();
            // The connection breaks after the client has received the first event.
            let pieces = futures_util::stream::unfold(Some(draft), move |next| {
                let received = received.clone();
                async move {
                    match next {
                        Some(draft) => Some((Ok(draft), None)),
                        None => {
                            received.notified().await;
                            Some((Err(std::io::Error::other("broken")), None))
                        }
                    }
                }
            });
            let body = Body::from_stream(pieces);
            ([("content-type", "text/event-stream")], body).into_response()
        }
        "end" => stream_response(encode_event("content_end", &json!({}))),
        _ => agent.answer(&thread, &id, &question).await,
    }
}
