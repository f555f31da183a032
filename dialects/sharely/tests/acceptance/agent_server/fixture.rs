//! A workspace with an agent server and a thread.

use http::{HeaderMap, Method};
use parlor_testkit::{TestBackend, TestServer};
use serde_json::{Value, json};

use super::fake_server::FakeAgentServer;
use crate::fixtures::{TestSpace, text, versioned_request};

/// Workspace with an agent server and a thread of Ada's.
pub(super) struct AgentThreadFixture {
    pub(super) test_space: TestSpace,
    pub(super) agent: FakeAgentServer,
    pub(super) thread: String,
}

impl AgentThreadFixture {
    pub(super) async fn create(backend: TestBackend, network: &str) -> Self {
        let server = TestServer::start_with(backend, |options| {
            options.agent_server_networks = vec![network.parse().unwrap()];
        })
        .await;
        let test_space = TestSpace::create(server).await;
        let (agent, url) = FakeAgentServer::start(&test_space).await;
        let fixture = Self {
            thread: String::new(),
            test_space,
            agent,
        };
        fixture.set_agent_server(&url).await;
        let path = format!(
            "/workspaces/{}/agent/threads",
            fixture.test_space.server.a.workspace
        );
        let created = fixture
            .test_space
            .server
            .post(&path)
            .bearer(&fixture.test_space.ada)
            .json(&json!({ "spaceId": fixture.test_space.space }));
        let created = created.send().await.expect(201);
        Self {
            thread: text(&created, "id").to_owned(),
            ..fixture
        }
    }

    /// Sets the address of the workspace's agent server.
    pub(super) async fn set_agent_server(&self, url: &str) {
        let change = json!({ "agentServerUrl": url });
        versioned_request(
            &self.test_space.server,
            &self.test_space.server.a,
            &self.test_space.token,
            Method::PUT,
            "",
        )
        .json(&change)
        .send()
        .await
        .expect(200);
    }

    /// Sends a question and reads the answer to its end. Notifies the server when the first event has arrived.
    pub(super) async fn ask(&self, body: &Value) -> StreamedAnswer {
        let path = format!(
            "/workspaces/{}/agent/threads/{}/chat",
            self.test_space.server.a.workspace, self.thread
        );
        let request = self
            .test_space
            .server
            .post(&path)
            .bearer(&self.test_space.ada);
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

    pub(super) async fn messages(&self) -> Value {
        self.agent.thread(&self.thread).await["messages"].clone()
    }
}

/// Complete streamed answer.
pub(super) struct StreamedAnswer {
    pub(super) status: u16,
    headers: HeaderMap,
    pub(super) text: String,
}

impl StreamedAnswer {
    pub(super) fn header(&self, name: &str) -> &str {
        self.headers[name].to_str().unwrap()
    }

    /// Returns the names of the events.
    pub(super) fn event_names(&self) -> Vec<&str> {
        self.text
            .lines()
            .filter_map(|line| line.strip_prefix("event: "))
            .collect()
    }

    /// Returns the message of a failed answer, which consists of an `error` and a `done` event.
    pub(super) fn error_message(&self) -> String {
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
