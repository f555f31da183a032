//! The ways to open a socket of tenant chats, and actions on it.

use parlor_testkit::{TestServer, TestSocket};
use serde_json::{Value, json};

use crate::fixtures::FixtureEntities;

/// The way in which a socket is opened for a user of the tenant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum SocketOpening {
    /// The vendor's own protocol, which can only send messages.
    FirstVersionByKey,
    ChatByKey,
    ChatByToken,
    LiveByKey,
    LiveByToken,
}

pub(super) const OPENINGS: [SocketOpening; 5] = [
    SocketOpening::FirstVersionByKey,
    SocketOpening::ChatByKey,
    SocketOpening::ChatByToken,
    SocketOpening::LiveByKey,
    SocketOpening::LiveByToken,
];

impl SocketOpening {
    /// The path with its query, or the refusal of the token that it needs.
    pub(super) async fn path(
        self,
        server: &TestServer,
        key: &str,
        user: &str,
        chat: &str,
    ) -> Option<String> {
        let made = |path: String, body: Value| {
            let request = server.post(&path).header("X-API-Key", key).json(&body);
            async move {
                let reply = request.send().await;
                assert!(reply.status < 500, "{}", reply.text());
                let token = reply.status == 201;
                token.then(|| reply.json()["token"].as_str().unwrap().to_owned())
            }
        };
        Some(match self {
            Self::FirstVersionByKey => {
                format!("/ws/chat?api_key={key}&user_id={user}&chat_id={chat}&v=1")
            }
            Self::ChatByKey => format!("/ws/chat?api_key={key}&user_id={user}&chat_id={chat}&v=2"),
            Self::LiveByKey => format!("/live?api_key={key}&user_id={user}"),
            Self::ChatByToken => {
                let body = json!({ "user_id": user });
                let token = made(format!("/api/v1/chats/{chat}/tokens"), body).await?;
                format!("/ws/chat?token={token}&v=2")
            }
            Self::LiveByToken => {
                let token = made(format!("/api/v1/users/{user}/tokens"), json!({})).await?;
                format!("/live?token={token}")
            }
        })
    }

    pub(super) const fn is_token(self) -> bool {
        matches!(self, Self::ChatByToken | Self::LiveByToken)
    }

    /// Whether its protocol has actions besides sending.
    pub(super) const fn reads_history(self) -> bool {
        !matches!(self, Self::FirstVersionByKey)
    }

    pub(super) const fn is_live(self) -> bool {
        matches!(self, Self::LiveByKey | Self::LiveByToken)
    }
}

/// Opens a socket, waits for its greeting and subscribes to the chat; `None` if it was refused.
pub(super) async fn open_socket(
    server: &TestServer,
    opening: SocketOpening,
    path: Option<&str>,
    chat: &str,
) -> Option<TestSocket> {
    let mut socket = server.open_socket(path?, &[]).await;
    if socket.next_or_end().await?["event_type"] != "connection_established" {
        return None;
    }
    if opening.is_live() {
        let frame = json!({ "action": "subscribe", "conversation": chat });
        socket.send(&frame).await;
        let frame = next_frame_of(&mut socket, &["subscribed", "error"]).await?;
        if frame["event_type"] != "subscribed" {
            return None;
        }
    }
    Some(socket)
}

/// The next frame of one of these types; `None` if the socket ends before.
pub(super) async fn next_frame_of(socket: &mut TestSocket, kinds: &[&str]) -> Option<Value> {
    loop {
        let frame = socket.next_or_end().await?;
        if kinds.iter().any(|kind| frame["event_type"] == *kind) {
            return Some(frame);
        }
    }
}

/// Performs an action on the chat; returns whether it was granted.
pub(super) async fn perform_action(
    socket: &mut TestSocket,
    opening: SocketOpening,
    chat: &str,
    action: &str,
) -> bool {
    let (mut frame, good) = match action {
        "send" => (
            json!({ "action": "send", "content": "Hello" }),
            "message_received",
        ),
        "history" => (json!({ "action": "history", "limit": 5 }), "history"),
        _ => (json!({ "action": "list" }), "list_started"),
    };
    if opening.is_live() && action != "list" {
        frame["conversation"] = json!(chat);
    }
    socket.send(&frame).await;
    let answer = next_frame_of(socket, &[good, "error"]).await;
    answer.is_some_and(|answer| answer["event_type"] == good)
}

pub(super) struct SocketFixture {
    pub(super) chat: String,
    pub(super) user: String,
}

impl SocketFixture {
    pub(super) fn new(entities: &FixtureEntities) -> Self {
        Self {
            chat: entities["conversation"].uuid.hyphenated().to_string(),
            user: entities["user"].text.clone(),
        }
    }
}
