//! A customer's own agent server, which gives every question the same answer in two parts.

use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use http::HeaderMap;
use parlor_testkit::tokio;
use serde_json::{Value, json};
use tokio::sync::Notify;

/// The first part of every answer.
pub(crate) const FIRST: &str = "Seven ";
/// The whole of every answer.
pub(crate) const ANSWER: &str = "Seven days";

/// A test's agent server.
#[derive(Clone)]
pub(crate) struct AgentServer {
    /// The threads of the workspace, where questions and answers are stored.
    threads: String,
    /// Lets an answer continue after its first part.
    pub(crate) go_on: Arc<Notify>,
    http: reqwest::Client,
}

impl AgentServer {
    /// Starts it and returns its address.
    pub(crate) async fn start(threads: String) -> (Self, String) {
        let server = Self {
            threads,
            go_on: Arc::default(),
            http: reqwest::Client::builder().no_proxy().build().unwrap(),
        };
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let routes = Router::new().route("/agent/threads/{thread}/chat", post(chat));
        let routes = routes.with_state(server.clone());
        tokio::spawn(async move { axum::serve(listener, routes).await });
        (server, format!("http://{address}"))
    }

    async fn store(&self, thread: &str, authorization: &str, message: Value) {
        let url = format!("{}/{thread}/messages", self.threads);
        let request = self.http.post(url).header("authorization", authorization);
        let stored = request.json(&message).send().await.unwrap();
        assert_eq!(stored.status(), 200, "the agent may store its messages");
    }
}

fn event(name: &str, data: &Value) -> String {
    format!("event: {name}\ndata: {data}\n\n")
}

/// Stores the question, streams the answer, stores it under the given id, and ends the stream.
async fn chat(
    State(server): State<AgentServer>,
    Path(thread): Path<String>,
    headers: HeaderMap,
    body: String,
) -> Response {
    let header = |name: &str| headers[name].to_str().unwrap().to_owned();
    let (authorization, id) = (header("authorization"), header("x-sharely-message-id"));
    let question: Value = serde_json::from_str(&body).unwrap();
    // The question needs its own id: that of its answer with the last bit changed.
    let own = uuid::Uuid::from_u128(id.parse::<uuid::Uuid>().unwrap().as_u128() ^ 1);
    let question = json!({ "id": own.to_string(), "role": "user", "content": question["message"] });
    server.store(&thread, &authorization, question).await;
    let parts = futures_util::stream::unfold(0, move |part| {
        let (server, thread) = (server.clone(), thread.clone());
        let (authorization, id) = (authorization.clone(), id.clone());
        async move {
            let text = match part {
                0 => event("content_delta", &json!({ "delta": FIRST })),
                1 => {
                    server.go_on.notified().await;
                    let answer = json!({ "id": id, "role": "assistant", "content": ANSWER, "finishReason": "stop" });
                    server.store(&thread, &authorization, answer).await;
                    let rest = event("content_delta", &json!({ "delta": "days" }));
                    let end = event(
                        "message_end",
                        &json!({ "messageId": id, "finishReason": "stop" }),
                    );
                    rest + &end + &event("done", &json!({ "messageId": id }))
                }
                _ => return None,
            };
            Some((Ok::<_, std::io::Error>(text), part + 1))
        }
    });
    let kind = [("content-type", "text/event-stream")];
    (kind, Body::from_stream(parts)).into_response()
}
