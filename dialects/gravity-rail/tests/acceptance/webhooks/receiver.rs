//! A receiver of webhooks under test control.

use std::collections::{HashMap, VecDeque};
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use http::{HeaderMap, StatusCode};
use parlor_testkit::tokio::net::TcpListener;
use parlor_testkit::tokio::sync::{Mutex, Semaphore, mpsc};
use parlor_testkit::tokio::{self, time::timeout};
use serde_json::Value;

/// Maximum wait for a request.
const TIMEOUT: Duration = Duration::from_secs(60);

/// Request that the receiver got.
#[derive(Debug, Clone)]
pub(super) struct ReceivedWebhook {
    /// Last part of the path.
    pub(super) name: String,
    pub(super) headers: HeaderMap,
    pub(super) raw: String,
    pub(super) body: Value,
}

impl ReceivedWebhook {
    pub(super) fn header(&self, name: &str) -> &str {
        self.headers[name].to_str().unwrap()
    }
    pub(super) fn id(&self) -> &str {
        self.header("webhook-id")
    }
    /// Text of the message that it is about.
    pub(super) fn text(&self) -> &str {
        self.body["message"]["content"].as_str().unwrap()
    }
}

/// Answer of the receiver.
#[derive(Debug, Clone)]
pub(super) struct ScriptedAnswer {
    pub(super) status: u16,
    pub(super) headers: Vec<(&'static str, String)>,
    pub(super) body: String,
}

impl ScriptedAnswer {
    pub(super) fn status(status: u16) -> Self {
        let (headers, body) = (Vec::new(), format!("answer {status}"));
        Self {
            status,
            headers,
            body,
        }
    }
}

struct ReceiverState {
    sender: mpsc::UnboundedSender<ReceivedWebhook>,
    /// Answers by name; 200 when there is none.
    answers: Mutex<HashMap<String, VecDeque<ScriptedAnswer>>>,
    /// One permit for each request to `slow` that is answered.
    slow: Semaphore,
}

/// Receiver on a free loopback port.
pub(super) struct WebhookReceiver {
    pub(super) url: String,
    state: Arc<ReceiverState>,
    requests: mpsc::UnboundedReceiver<ReceivedWebhook>,
}

impl WebhookReceiver {
    pub(super) async fn start() -> Self {
        let (sender, requests) = mpsc::unbounded_channel();
        let state = Arc::new(ReceiverState {
            sender,
            answers: Mutex::default(),
            slow: Semaphore::new(0),
        });
        let routes = Router::new().route("/hooks/{name}", post(receive));
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/hooks", listener.local_addr().unwrap());
        let app = routes.with_state(state.clone());
        tokio::spawn(async move { axum::serve(listener, app).await });
        Self {
            url,
            state,
            requests,
        }
    }

    /// Sets the next answers to the requests of a name.
    pub(super) async fn answer(
        &self,
        name: &str,
        answers: impl IntoIterator<Item = ScriptedAnswer>,
    ) {
        let mut all = self.state.answers.lock().await;
        all.entry(name.to_owned()).or_default().extend(answers);
    }

    /// Returns the next request.
    pub(super) async fn next(&mut self) -> ReceivedWebhook {
        let next = timeout(TIMEOUT, self.requests.recv()).await;
        next.unwrap_or_else(|_| panic!("no webhook came")).unwrap()
    }

    /// Returns the next requests.
    pub(super) async fn take(&mut self, count: usize) -> Vec<ReceivedWebhook> {
        let mut taken = Vec::with_capacity(count);
        while taken.len() < count {
            taken.push(self.next().await);
        }
        taken
    }

    /// Checks that no further request has come.
    #[track_caller]
    pub(super) fn assert_nothing_more(&mut self) {
        let more = self.requests.try_recv().ok();
        assert!(more.is_none(), "{more:?}");
    }

    /// Answers all requests to `slow`, which are not answered before.
    pub(super) fn release_slow(&self) {
        self.state.slow.close();
    }
}

async fn receive(
    State(state): State<Arc<ReceiverState>>,
    Path(name): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let raw = String::from_utf8(body.to_vec()).unwrap();
    let received = ReceivedWebhook {
        name: name.clone(),
        headers,
        body: serde_json::from_str(&raw).unwrap(),
        raw,
    };
    // The test may be over.
    let _ = state.sender.send(received);
    if name == "slow" {
        // An error is the end of the waiting.
        let _ = state.slow.acquire().await;
    }
    let answer = state
        .answers
        .lock()
        .await
        .get_mut(&name)
        .and_then(VecDeque::pop_front);
    let answer = answer.unwrap_or_else(|| ScriptedAnswer::status(200));
    let mut response = (StatusCode::from_u16(answer.status).unwrap(), answer.body).into_response();
    for (name, value) in answer.headers {
        let headers = response.headers_mut();
        headers.insert(name, value.parse().unwrap());
    }
    response
}
