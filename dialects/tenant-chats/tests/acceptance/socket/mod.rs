//! `/ws/chat`, in both versions.

mod assistant;
mod connect;
mod ephemeral;
mod messages;
mod resume;

use parlor_testkit::{TestServer, TestSocket};
use serde_json::{Value, json};

use crate::requests::{AsTenantA, create_chat, path_of_chat};

fn socket_path(server: &TestServer, chat: &Value, user: &str, more: &str) -> String {
    let (key, chat) = (&server.a.key, chat["id"].as_str().unwrap());
    format!("/ws/chat?api_key={key}&user_id={user}&chat_id={chat}{more}")
}

/// Opens a socket. Returns it with its first frame.
async fn connect(server: &TestServer, chat: &Value, user: &str, more: &str) -> (TestSocket, Value) {
    let mut socket = server
        .open_socket(&socket_path(server, chat, user, more), &[])
        .await;
    let first = socket.next().await;
    (socket, first)
}

async fn create_user_chat(server: &TestServer) -> Value {
    create_chat(server, json!({ "user_id": "u1", "title": "Parcel" })).await
}

async fn post_message(server: &TestServer, chat: &Value, content: &str) -> Value {
    let request = server
        .post(&format!("{}/messages", path_of_chat(chat)))
        .by_a(server);
    request
        .json(&json!({ "content": content }))
        .send()
        .await
        .expect(201)
}
