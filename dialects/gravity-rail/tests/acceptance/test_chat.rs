//! Fixture of the event streams: a workspace with two users, a manager and a chat.

use parlor_model::access::WorkspaceRole;
use parlor_testkit::{SseClient, SseClientEvent, TestServer};
use serde_json::{Value, json};

use crate::fixture::{TestMember, create_member};

/// Returns the path of a chat below the workspace.
pub(crate) fn chat_path(chat: &Value) -> String {
    format!("/chats/{}", chat["id"])
}

/// Opens a stream and returns it with its first event.
pub(crate) async fn open_stream(
    server: &TestServer,
    caller: &str,
    chat: &Value,
    more: &str,
    after: Option<&str>,
) -> (SseClient, SseClientEvent) {
    let path = format!(
        "/api/v2/w/{}{}/events{more}",
        server.a.workspace,
        chat_path(chat)
    );
    let bearer = format!("Bearer {caller}");
    let mut headers = vec![("authorization", bearer.as_str())];
    headers.extend(after.map(|id| ("last-event-id", id)));
    let mut events = server.open_events(&path, &headers).await;
    let first = events.next().await;
    assert_eq!(
        (first.name.as_str(), &first.data["chatId"]),
        ("stream:opened", &chat["id"])
    );
    (events, first)
}

/// A server with two users, a manager and a chat of the first user.
pub(crate) struct TestChat {
    pub(crate) server: TestServer,
    pub(crate) u: TestMember,
    pub(crate) v: TestMember,
    pub(crate) g: TestMember,
    pub(crate) chat: Value,
}

impl TestChat {
    pub(crate) async fn new(server: TestServer) -> Self {
        let u = create_member(&server, "Uma", Some(WorkspaceRole::User)).await;
        let v = create_member(&server, "Vera", Some(WorkspaceRole::User)).await;
        let g = create_member(&server, "Gus", Some(WorkspaceRole::Manager)).await;
        let mut setup = Self {
            server,
            u,
            v,
            g,
            chat: Value::Null,
        };
        let body = json!({ "channel": "web-chat", "title": "Parcel" });
        setup.chat = setup.post(&setup.u, "/chats", body).await;
        setup
    }

    pub(crate) async fn post(&self, caller: &TestMember, rest: &str, body: Value) -> Value {
        let path = format!("/api/v2/w/{}{rest}", self.server.a.workspace);
        let request = self.server.post(&path).bearer(&caller.token).json(&body);
        request.send().await.expect(200)
    }

    pub(crate) async fn send_message(&self, caller: &TestMember, text: &str) -> Value {
        let path = format!("{}/messages", chat_path(&self.chat));
        self.post(caller, &path, json!({ "content": text })).await
    }

    pub(crate) async fn add_participant(&self, caller: &TestMember) {
        let path = format!("{}/participants", chat_path(&self.chat));
        self.post(&self.g, &path, json!({ "memberId": caller.number }))
            .await;
    }

    pub(crate) async fn remove_participant(&self, caller: &TestMember) {
        let path = format!(
            "/api/v2/w/{}{}/participants/{}",
            self.server.a.workspace,
            chat_path(&self.chat),
            caller.number
        );
        let reply = self.server.delete(&path).bearer(&self.g.token).send().await;
        assert_eq!(reply.status, 204);
    }

    pub(crate) async fn open_stream(&self, caller: &TestMember) -> (SseClient, SseClientEvent) {
        open_stream(&self.server, &caller.token, &self.chat, "", None).await
    }

    pub(crate) async fn resume_stream(
        &self,
        caller: &TestMember,
        id: &str,
    ) -> (SseClient, SseClientEvent) {
        open_stream(&self.server, &caller.token, &self.chat, "", Some(id)).await
    }
}
