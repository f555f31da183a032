//! A customer's own agent server: a small one, asked through the API.

use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use http::{HeaderMap, Method, StatusCode};
use parlor_testkit::backend::block_on;
use parlor_testkit::{TestBackend, TestServer};
use serde_json::{Value, json};
use tokio::sync::Notify;

use crate::fixtures::{TestSpace, text, text_fields, versioned_request};

/// What an agent server was asked.
#[derive(Clone)]
struct ReceivedQuestion {
    thread: String,
    authorization: String,
    message_id: String,
    body: Value,
}

/// How an agent server reaches the platform.
#[derive(Clone)]
struct FakeAgentServer {
    threads: String,
    token: String,
    questions: Arc<Mutex<Vec<ReceivedQuestion>>>,
    /// What has been said of an answer that breaks off has been heard.
    prefix_received: Arc<Notify>,
    http: reqwest::Client,
}

impl FakeAgentServer {
    /// Listens, and gives its address.
    async fn start(room: &TestSpace) -> (Self, String) {
        let agent = Self {
            threads: format!(
                "{}/v1/workspaces/{}/agent/threads",
                room.server.url, room.server.a.workspace
            ),
            token: room.token.clone(),
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

    fn received_questions(&self) -> Vec<ReceivedQuestion> {
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

    async fn thread(&self, thread: &str) -> Value {
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

    /// As the contract has it: the question is kept, the thread is read, the answer streamed, kept and ended.
    async fn answer(&self, thread: &str, id: &str, question: &str) -> Response {
        let before = self.thread(thread).await;
        let begun = before["messages"]
            .as_array()
            .unwrap()
            .last()
            .unwrap()
            .clone();
        assert_eq!(
            (&begun["id"], &begun["content"], text(&begun, "role")),
            (&json!(id), &Value::Null, "assistant")
        );
        let own = random_uuid();
        self.store(
            thread,
            json!({ "id": own, "role": "user", "content": question }),
        )
        .await;
        let kept = self.store(thread, json!({ "id": id, "role": "assistant", "content": "Seven days", "finishReason": "stop" })).await;
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
                &json!({ "threadId": thread, "messageId": kept["id"] }),
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

/// What the server does depends on what it is asked.
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
    let asked = ReceivedQuestion {
        thread: thread.clone(),
        authorization: header("authorization"),
        message_id: id.clone(),
        body,
    };
    agent.questions.lock().unwrap().push(asked);
    match question.as_str() {
        "fail" => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
        "page" => ([("content-type", "text/html")], "<p>Hello</p>").into_response(),
        "elsewhere" => (
            StatusCode::TEMPORARY_REDIRECT,
            [("location", "/talk/agent/threads/x/chat")],
        )
            .into_response(),
        "break" => {
            let begun =
                encode_event("content_delta", &json!({ "delta": "Seven" })) + "event: content_del";
            let heard = agent.prefix_received.clone();
            // It breaks off when what it has said has been heard.
            let pieces = futures_util::stream::unfold(Some(begun), move |next| {
                let heard = heard.clone();
                async move {
                    match next {
                        Some(begun) => Some((Ok(begun), None)),
                        None => {
                            heard.notified().await;
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

/// A workspace with an agent server, and a thread of Ada's.
struct AgentThreadFixture {
    room: TestSpace,
    agent: FakeAgentServer,
    thread: String,
}

impl AgentThreadFixture {
    async fn create(backend: TestBackend, network: &str) -> Self {
        let server = TestServer::start_with(backend, |options| {
            options.agent_server_networks = vec![network.parse().unwrap()];
        })
        .await;
        let room = TestSpace::create(server).await;
        let (agent, url) = FakeAgentServer::start(&room).await;
        let talk = Self {
            thread: String::new(),
            room,
            agent,
        };
        talk.set_agent_server(&url).await;
        let path = format!("/workspaces/{}/agent/threads", talk.room.server.a.workspace);
        let made = talk
            .room
            .server
            .post(&path)
            .bearer(&talk.room.ada)
            .json(&json!({ "spaceId": talk.room.space }));
        let made = made.send().await.expect(201);
        Self {
            thread: text(&made, "id").to_owned(),
            ..talk
        }
    }

    /// Sets the address of the workspace's agent server.
    async fn set_agent_server(&self, url: &str) {
        let change = json!({ "agentServerUrl": url });
        versioned_request(
            &self.room.server,
            &self.room.server.a,
            &self.room.token,
            Method::PUT,
            "",
        )
        .json(&change)
        .send()
        .await
        .expect(200);
    }

    /// Asks, and reads the answer to its end. Of one that breaks off, the server hears that its beginning came.
    async fn ask(&self, body: &Value) -> StreamedAnswer {
        let path = format!(
            "/workspaces/{}/agent/threads/{}/chat",
            self.room.server.a.workspace, self.thread
        );
        let request = self.room.server.post(&path).bearer(&self.room.ada);
        let mut response = request.json(body).send_streaming().await;
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        let mut text = Vec::new();
        while let Some(piece) = response.chunk().await.unwrap() {
            text.extend_from_slice(&piece);
            if String::from_utf8_lossy(&text).contains("content_delta") {
                self.agent.prefix_received.notify_one();
            }
        }
        let text = String::from_utf8(text).unwrap();
        StreamedAnswer {
            status,
            headers,
            text,
        }
    }

    async fn messages(&self) -> Value {
        self.agent.thread(&self.thread).await["messages"].clone()
    }
}

/// An answer that was read to its end.
struct StreamedAnswer {
    status: u16,
    headers: HeaderMap,
    text: String,
}

impl StreamedAnswer {
    fn header(&self, name: &str) -> &str {
        self.headers[name].to_str().unwrap()
    }

    /// The names of its events.
    fn event_names(&self) -> Vec<&str> {
        self.text
            .lines()
            .filter_map(|line| line.strip_prefix("event: "))
            .collect()
    }

    /// What the answer to a question says that has failed: an error and the end, and nothing else.
    fn error_message(&self) -> String {
        assert_eq!(
            (self.status, self.event_names()),
            (200, vec!["error", "done"]),
            "{}",
            self.text
        );
        let data = self
            .text
            .lines()
            .find_map(|line| line.strip_prefix("data: "))
            .unwrap();
        let data: Value = serde_json::from_str(data).unwrap();
        text(&data, "error").to_owned()
    }
}

/// Tests on both databases, of a server that may call these networks.
macro_rules! agent_server_tests {
    ($($network:literal async fn $name:ident($talk:ident) $body:block)*) => {$(
        mod $name {
            use super::*;

            async fn body($talk: AgentThreadFixture) $body

            #[test]
            fn sqlite() {
                block_on(async { body(AgentThreadFixture::create(TestBackend::Sqlite, $network).await).await });
            }

            #[test]
            fn postgres() {
                block_on(async { body(AgentThreadFixture::create(TestBackend::Postgres, $network).await).await });
            }
        }
    )*};
}

agent_server_tests! {
    "127.0.0.0/8" async fn it_is_asked_as_the_contract_says_and_its_answer_passed_on(talk) {
        let reply = talk.ask(&json!({ "message": "How long?", "languageId": "en", "topK": 5 })).await;
        assert_eq!((reply.status, reply.header("content-type"), reply.header("cache-control")), (200, "text/event-stream", "no-cache, no-store"));
        assert_eq!(reply.event_names(), ["message_start", "content_delta", "content_delta", "message_end", "done"]);
        let asked = talk.agent.received_questions();
        assert_eq!(asked.len(), 1);
        assert_eq!((&asked[0].thread, asked[0].authorization.as_str()), (&talk.thread, format!("Bearer {}", talk.room.ada).as_str()));
        assert_eq!(asked[0].body, json!({ "message": "How long?", "languageId": "en", "topK": 5, "spaceId": talk.room.space }));
        // The question was not kept by the platform: the server has kept both.
        let kept = talk.messages().await;
        assert_eq!((text_fields(&kept, "content"), text_fields(&kept, "role")), (vec!["How long?", "Seven days"], vec!["user", "assistant"]));
        assert_eq!(kept[1]["id"], asked[0].message_id);
        for bad in [json!({}), json!({ "message": " " }), json!({ "message": "x".repeat(65_537) }), json!({ "message": "a", "topK": 51 }), json!({ "message": "a", "languageId": "x".repeat(65) })] {
            assert_eq!(talk.ask(&bad).await.status, 400);
        }
        assert_eq!(talk.agent.received_questions().len(), 1, "what is refused is not asked");
    }

    "127.0.0.0/8" async fn a_server_that_fails_leaves_nothing_behind(talk) {
        for question in ["fail", "page", "elsewhere"] {
            let failed = talk.ask(&json!({ "message": question })).await;
            assert_eq!(failed.error_message(), "The agent gives no answer", "{question}");
            assert_eq!(talk.messages().await, json!([]), "{question}");
        }
        assert_eq!(talk.agent.received_questions().len(), 3, "no redirect is followed");
        let broken = talk.ask(&json!({ "message": "break" })).await;
        assert_eq!(broken.event_names(), ["content_delta", "error", "done"], "{}", broken.text);
        assert_eq!(talk.ask(&json!({ "message": "end" })).await.event_names(), ["content_end", "done"]);
        assert_eq!(talk.messages().await, json!([]));
        talk.set_agent_server("http://127.0.0.1:1").await;
        assert_eq!(talk.ask(&json!({ "message": "anybody?" })).await.error_message(), "The agent cannot be reached");
        assert_eq!(talk.messages().await, json!([]));
    }

    "10.0.0.0/8" async fn what_only_this_machine_reaches_is_not_called(talk) {
        let refused = talk.ask(&json!({ "message": "How long?" })).await;
        assert_eq!(refused.error_message(), "The agent's address may not be called");
        assert_eq!((talk.agent.received_questions().len(), talk.messages().await), (0, json!([])));
        let port = talk.room.server.url.rsplit(':').next().unwrap().to_owned();
        for inside in ["localhost", "127.1", "[::1]", "[::ffff:127.0.0.1]", "2130706433"] {
            talk.set_agent_server(&format!("http://{inside}:{port}")).await;
            let refused = talk.ask(&json!({ "message": "How long?" })).await;
            assert_eq!(refused.error_message(), "The agent's address may not be called", "{inside}");
        }
        // Without a server what was said is kept.
        let none = json!({ "agentServerUrl": null });
        versioned_request(&talk.room.server, &talk.room.server.a, &talk.room.token, Method::PUT, "").json(&none).send().await.expect(200);
        assert_eq!(talk.ask(&json!({ "message": "Hello" })).await.status, 200);
        assert_eq!(text_fields(&talk.messages().await, "content"), ["Hello"]);
    }
}
