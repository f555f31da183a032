//! Live connections of every protocol, with one interface.

use std::collections::BTreeSet;

use parlor_kit::ids::format_uuid;
use parlor_model::id::SpaceId;
use parlor_testkit::{TestServer, TestSocket, tokio};
use serde_json::json;

use super::socket_revocation::REVOCATION_TIMEOUT;

/// Protocols that deliver events of a conversation, without the sockets of tenant chats.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Telling {
    /// Gravity Rail's event stream with a key.
    ChatByKey,
    /// Gravity Rail's event stream with a user token.
    ChatByUser,
    /// Sharely's event stream with a session created by the key.
    GroupBySession,
    /// Relation's socket with a user token.
    ChannelsByUser,
}

pub(super) const TELLINGS: [Telling; 4] = [
    Telling::ChatByKey,
    Telling::ChatByUser,
    Telling::GroupBySession,
    Telling::ChannelsByUser,
];

impl Telling {
    pub(super) const fn is_users(self) -> bool {
        matches!(self, Self::ChatByUser | Self::ChannelsByUser)
    }
}

/// Credentials of the connections.
pub(super) struct Opener {
    pub(super) key: String,
    /// Created by the key.
    pub(super) session: String,
    /// Token of the user.
    pub(super) token: String,
    pub(super) space: SpaceId,
    pub(super) chat: String,
}

impl Opener {
    /// Creates the credentials. The session created by the key is for the role, if one is given.
    pub(super) async fn session(server: &TestServer, key: &str, role: Option<&str>) -> String {
        let path = format!(
            "/workspaces/{}/generate-access-key-token",
            server.a.workspace
        );
        let body = role.map_or(json!({}), |role| json!({ "customerRoleId": role }));
        let request = server.post(&path).header("x-api-key", key).json(&body);
        let made = request.send().await.expect(200);
        made["token"].as_str().unwrap().to_owned()
    }

    /// Opens a connection. Returns `None` if it is refused.
    pub(super) async fn open(&self, server: &TestServer, telling: Telling) -> Option<Connection> {
        let (chat, workspace) = (&self.chat, &server.a.workspace);
        let rail = format!("/api/v2/w/{workspace}/chats/{chat}/events");
        let request = match telling {
            Telling::ChatByKey => server.get(&rail).bearer(&self.key),
            Telling::ChatByUser => server.get(&rail).bearer(&self.token),
            Telling::GroupBySession => {
                let space = format_uuid(self.space);
                let path = format!("/v1/workspaces/{workspace}/spaces/{space}/group/{chat}/events");
                let request = server.get(&path).bearer(&self.session);
                request.header("organizationid", &server.a.organization)
            }
            Telling::ChannelsByUser => {
                let path = format!("/ws/?token={}", self.token);
                let socket = server.open_socket(&path, &[]).await;
                return Some(Connection::new(Wire::Socket(socket)));
            }
        };
        let response = request
            .header("accept", "text/event-stream")
            .send_streaming()
            .await;
        let is_open = response.status() == 200;
        is_open.then(|| Connection::new(Wire::Stream(response)))
    }
}

/// Open connection, and everything received on it.
pub(super) struct Connection {
    wire: Wire,
    received: String,
    is_over: bool,
}

enum Wire {
    Socket(TestSocket),
    Stream(reqwest::Response),
}

impl Connection {
    fn new(wire: Wire) -> Self {
        Self {
            wire,
            received: String::new(),
            is_over: false,
        }
    }

    pub(super) fn of_socket(socket: TestSocket) -> Self {
        Self::new(Wire::Socket(socket))
    }

    /// Reads until the received text meets the condition or the connection ends. Returns whether that was in time.
    async fn read_until(&mut self, is_enough: impl Fn(&str) -> bool) -> bool {
        let reading = async {
            while !self.is_over && !is_enough(&self.received) {
                let more = match &mut self.wire {
                    Wire::Socket(socket) => socket.next_text().await,
                    Wire::Stream(stream) => {
                        let chunk = stream.chunk().await.ok().flatten();
                        chunk.map(|chunk| String::from_utf8_lossy(&chunk).into_owned())
                    }
                };
                match more {
                    Some(more) => self.received.push_str(&more),
                    None => self.is_over = true,
                }
            }
        };
        tokio::time::timeout(REVOCATION_TIMEOUT, reading)
            .await
            .is_ok()
    }

    /// Returns whether the text is received before the connection ends.
    pub(super) async fn tells(&mut self, text: &str) -> bool {
        self.read_until(|received| received.contains(text)).await && self.received.contains(text)
    }

    /// Returns whether the connection ends in time, or is removed from the one conversation.
    pub(super) async fn ends(&mut self) -> bool {
        self.read_until(|received| received.contains("unsubscribed"))
            .await
    }

    /// Which of these texts it has received at any time.
    pub(super) fn received<'t>(&self, texts: &[&'t str]) -> BTreeSet<&'t str> {
        let received = texts.iter().filter(|text| self.received.contains(**text));
        received.copied().collect()
    }
}
