//! `parlor token revoke` with a running server: everything that the member's tokens have opened ends, and nothing else.
//!
//! Proves INV-25 (`docs/invariants.md`).

use std::time::Duration;

use parlor_testkit::{TestSocket, tokio};
use reqwest::Method;
use serde_json::{Value, json};

use crate::program::{Program, block_on, client, temp_dir};

/// The deadline of one second, doubled for a busy machine.
const REVOCATION_TIMEOUT: Duration = Duration::from_secs(2);

/// A member with a token for itself, a chat of its own and tokens for its sockets.
struct TokenMember {
    id: String,
    user: &'static str,
    token: String,
    chat: String,
    chat_token: String,
    live_token: String,
}

fn text(value: &Value) -> String {
    value
        .as_str()
        .unwrap_or_else(|| panic!("{value} is no text"))
        .to_owned()
}

fn member_token(program: &Program, id: &str) -> String {
    let made = program.run_command(&["token", "create", "--member", id, "--json"]);
    text(&made.json()["token"])
}

/// A call with the first run's key.
async fn call_api(program: &Program, path: &str, body: Value) -> Value {
    let request = client().post(format!("{}{path}", program.url));
    let request = request.header("x-api-key", program.key());
    let request = request.header("content-type", "application/json");
    let answer = request.body(body.to_string()).send().await.unwrap();
    assert_eq!(answer.status().as_u16(), 201, "{path}");
    serde_json::from_str(&answer.text().await.unwrap()).unwrap()
}

impl TokenMember {
    async fn new(program: &Program, user: &'static str) -> Self {
        let make = [
            "member",
            "create",
            "--name",
            user,
            "--role",
            "user",
            "--external-id",
            user,
            "--json",
        ];
        let id = text(&program.run_command(&make).json()["id"]);
        let chat = call_api(program, "/api/v1/chats/", json!({ "user_id": user })).await;
        let chat = text(&chat["id"]);
        let path = format!("/api/v1/chats/{chat}/tokens");
        let chat_token = call_api(program, &path, json!({ "user_id": user })).await;
        let path = format!("/api/v1/users/{user}/tokens");
        let live_token = call_api(program, &path, json!({})).await;
        Self {
            token: member_token(program, &id),
            id,
            user,
            chat,
            chat_token: text(&chat_token["token"]),
            live_token: text(&live_token["token"]),
        }
    }

    /// The status of a call with a token of the member's own.
    async fn call_with_token(&self, program: &Program, token: &str) -> u16 {
        let workspace = text(&program.credentials()["workspaceId"]);
        let url = format!("{}/api/v2/w/{workspace}/chats/{}", program.url, self.chat);
        let answer = client().get(url).bearer_auth(token).send().await.unwrap();
        answer.status().as_u16()
    }

    /// The code of the same call to the dialect that answers with codes.
    async fn profile_code(&self, program: &Program, token: &str) -> String {
        let request = client().get(format!("{}/api/v1/userInfo", program.url));
        let request = request.header("ApiKey", program.key()).bearer_auth(token);
        let answer = request.send().await.unwrap().text().await.unwrap();
        let answer: Value = serde_json::from_str(&answer).unwrap();
        text(&answer["code"])
    }

    /// Opens every kind of connection that the member's tokens open.
    async fn open_connections(&self, program: &Program) -> Vec<(&'static str, TokenConnection)> {
        let mut open = Vec::new();
        for (what, path) in [
            (
                "a chat's socket",
                format!("/ws/chat?token={}", self.chat_token),
            ),
            (
                "a chat's socket, v2",
                format!("/ws/chat?token={}&v=2", self.chat_token),
            ),
            (
                "the socket of many chats",
                format!("/live?token={}", self.live_token),
            ),
            (
                "the socket of all channels",
                format!("/ws/?token={}", self.token),
            ),
        ] {
            let mut socket = TestSocket::open(&program.url, &path, &[]).await;
            // This connection receives nothing until an event happens.
            if !path.starts_with("/ws/?") {
                assert_eq!(
                    socket.next().await["event_type"],
                    "connection_established",
                    "{what}"
                );
            }
            open.push((what, TokenConnection::Socket(socket)));
        }
        let workspace = text(&program.credentials()["workspaceId"]);
        let path = format!("/api/v2/w/{workspace}/chats/{}/events", self.chat);
        let request = client().request(Method::GET, format!("{}{path}", program.url));
        let request = request
            .header("accept", "text/event-stream")
            .bearer_auth(&self.token);
        let mut stream = request.send().await.unwrap();
        assert_eq!(stream.status().as_u16(), 200);
        assert!(stream.chunk().await.unwrap().is_some());
        open.push(("a stream of events", TokenConnection::Stream(stream)));
        open
    }
}

enum TokenConnection {
    Socket(TestSocket),
    Stream(reqwest::Response),
}

impl TokenConnection {
    /// Whether the server ends it in time.
    async fn ends_in_time(&mut self) -> bool {
        let over = async {
            match self {
                Self::Socket(socket) => while socket.next_text().await.is_some() {},
                Self::Stream(stream) => while let Ok(Some(_)) = stream.chunk().await {},
            }
        };
        tokio::time::timeout(REVOCATION_TIMEOUT, over).await.is_ok()
    }
}

#[test]
fn revoked_tokens_end_requests_sockets_and_streams_of_their_member() {
    let folder = temp_dir();
    let program = Program::start(folder.path(), &[], &[]);
    block_on(async {
        let ada = TokenMember::new(&program, "ada").await;
        let bob = TokenMember::new(&program, "bob").await;
        for member in [&ada, &bob] {
            assert_eq!(
                member.call_with_token(&program, &member.token).await,
                200,
                "{}",
                member.user
            );
            assert_eq!(
                member.profile_code(&program, &member.token).await,
                "0",
                "{}",
                member.user
            );
        }
        let mut of_ada = ada.open_connections(&program).await;
        let mut of_bob = bob.open_connections(&program).await;
        let by_key = format!(
            "/ws/chat?api_key={}&user_id=ada&chat_id={}",
            program.key(),
            ada.chat
        );
        let mut by_key = TestSocket::open(&program.url, &by_key, &[]).await;
        assert_eq!(by_key.next().await["event_type"], "connection_established");

        let revoked = program.run_command(&["token", "revoke", "--member", &ada.id, "--json"]);
        assert_eq!(revoked.json(), json!({ "member": ada.id, "revoked": true }));

        assert_eq!(ada.call_with_token(&program, &ada.token).await, 401);
        assert_eq!(ada.profile_code(&program, &ada.token).await, "10101");
        for (what, connection) in &mut of_ada {
            assert!(connection.ends_in_time().await, "{what} goes on");
        }
        for path in [
            format!("/ws/chat?token={}", ada.chat_token),
            format!("/live?token={}", ada.live_token),
        ] {
            let mut socket = TestSocket::open(&program.url, &path, &[]).await;
            assert_eq!(
                socket.next().await["error_code"],
                "INVALID_TOKEN",
                "{path:.12}"
            );
        }
        // Connections of a key, or of another member's token, stay open.
        by_key.send(&json!({ "content": "Still here" })).await;
        assert_eq!(by_key.next().await["event_type"], "message_received");
        assert_eq!(bob.call_with_token(&program, &bob.token).await, 200);
        let say = format!("/api/v1/chats/{}/messages", bob.chat);
        call_api(&program, &say, json!({ "content": "Hello" })).await;
        for (what, connection) in &mut of_bob {
            match connection {
                TokenConnection::Socket(socket) if what.contains("chat's") => {
                    assert!(socket.next_text().await.is_some(), "{what} has ended");
                }
                TokenConnection::Stream(stream) => {
                    assert!(stream.chunk().await.unwrap().is_some(), "{what} has ended");
                }
                TokenConnection::Socket(_) => {}
            }
        }
        // The member itself is unchanged.
        let fresh = member_token(&program, &ada.id);
        assert_eq!(ada.call_with_token(&program, &fresh).await, 200);
    });
}

#[test]
fn token_of_more_than_a_year_is_refused_with_the_longest_life() {
    let folder = temp_dir();
    let program = Program::start(folder.path(), &[], &[]);
    let create =
        |ttl: &str| program.run_command(&["token", "create", "--member", "1", "--ttl", ttl]);
    for long in ["367d", "8785h", "9999999d"] {
        create(long).assert_refused(2, "366 days", "--ttl 366d");
    }
    assert_eq!(create("366d").code, Some(0));
}
