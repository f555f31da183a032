//! Requests that many cases send.

use parlor_model::conversation::ConversationKey;
use parlor_model::message::{CreateMessage, MessageRole};
use parlor_testkit::{TestRequest, TestServer};
use serde_json::{Value, json};

pub(crate) const CHATS_PATH: &str = "/api/v1/chats/";

/// Returns the request body of the create page.
pub(crate) fn sample_body() -> Value {
    json!({
        "user_id": "user123",
        "title": "Support Session",
        "metadata": { "department": "technical", "priority": "high" }
    })
}

/// Adds tenant A's or B's key to a request.
pub(crate) trait AsTenantA {
    fn by_a(self, server: &TestServer) -> Self;
    fn by_b(self, server: &TestServer) -> Self;
}

impl AsTenantA for TestRequest {
    fn by_a(self, server: &TestServer) -> Self {
        self.header("X-API-Key", &server.a.key)
    }
    fn by_b(self, server: &TestServer) -> Self {
        self.header("X-API-Key", &server.b.key)
    }
}

/// Creates a chat of tenant A.
pub(crate) async fn create_chat(server: &TestServer, body: Value) -> Value {
    let reply = server
        .post(CHATS_PATH)
        .by_a(server)
        .json(&body)
        .send()
        .await;
    reply.expect(201)
}

/// Returns the response body of a path, with tenant A's key.
pub(crate) async fn get_json(server: &TestServer, path: &str) -> Value {
    server.get(path).by_a(server).send().await.expect(200)
}

/// Returns the path of a chat.
pub(crate) fn path_of_chat(chat: &Value) -> String {
    format!("/api/v1/chats/{}", chat["id"].as_str().unwrap())
}

/// Appends a message to a chat of tenant A through the engine.
pub(crate) async fn append_message(
    server: &TestServer,
    chat: &Value,
    role: MessageRole,
    text: &str,
) {
    let id = parlor_kit::ids::parse_uuid(chat["id"].as_str().unwrap()).unwrap();
    let command = CreateMessage::new(
        ConversationKey::Id(id),
        (role == MessageRole::User).then_some(server.a.owner.number),
        role,
        text,
    );
    parlor_engine::message::create(&server.engine, &server.a.ctx(), command)
        .await
        .unwrap();
}
