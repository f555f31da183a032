//! Two servers on one PostgreSQL database: a right that ends on one node is refused by the other at its next use, and
//! the other's sockets close within the recheck interval.

use std::time::Duration;

use futures_util::future::{join, join_all};
use http::Method;
use parlor_kit::ids::{format_hex, format_prefixed};
use parlor_model::access::WorkspaceRole;
use parlor_model::id::ConversationId;
use parlor_model::member::{MemberRef, UpdateMember};
use parlor_testkit::tokio::time::timeout;
use parlor_testkit::{TestBackend, TestNode, TestResponse, TestServer, TestSocket};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::stage::parse_uuid;

/// The interval in which a node rechecks its open connections, doubled for a busy machine.
const REAUTHORIZE_TIMEOUT: Duration = Duration::from_secs(10);

/// The text that is sent after a removal.
const TEXT_AFTER_REVOCATION: &str = "After the end";

const MANAGER_SCOPES: &str =
    "spaces:admin,conversations:admin,messages:admin,members:admin,dm:admin";

/// The right that ends on the first node.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum NodeRevocation {
    KeyRevoked,
    RoleLowered,
    ManagerArchived,
    PersonRemoved,
    PersonArchived,
    PersonDeleted,
}

const REVOCATIONS: [NodeRevocation; 6] = [
    NodeRevocation::KeyRevoked,
    NodeRevocation::RoleLowered,
    NodeRevocation::ManagerArchived,
    NodeRevocation::PersonRemoved,
    NodeRevocation::PersonArchived,
    NodeRevocation::PersonDeleted,
];

impl NodeRevocation {
    /// The key or its member ends; otherwise the user's participation does.
    const fn is_of_key(self) -> bool {
        matches!(
            self,
            Self::KeyRevoked | Self::RoleLowered | Self::ManagerArchived
        )
    }
}

/// A manager with a key, and a user that participates in a chat.
struct NodeFixture<'s> {
    server: &'s TestServer,
    manager: MemberRef,
    key_id: parlor_model::id::ApiKeyId,
    key: String,
    person: MemberRef,
    token: String,
    chat: Uuid,
}

impl<'s> NodeFixture<'s> {
    async fn create(server: &'s TestServer) -> Self {
        let manager = server
            .a
            .create_person("Mona", Some(WorkspaceRole::Manager), "")
            .await;
        let (key_id, key) = server
            .a
            .create_revocable_key(MANAGER_SCOPES, Some(&manager))
            .await;
        let (person, token) = server.create_signed_in_member("Ada", None, "").await;
        let owner = server.a.sign_in(&server.a.owner).await;
        let base = format!("/api/v2/w/{}/chats", server.a.workspace);
        let body = json!({
            "channel": "web-chat", "title": "Two nodes", "participants": [person.number]
        });
        let made = server
            .post(&base)
            .bearer(owner)
            .json(&body)
            .send()
            .await
            .expect(200);
        Self {
            server,
            manager,
            key_id,
            key,
            person,
            token,
            chat: parse_uuid(&made["uuid"]),
        }
    }

    fn gravity_rail_path(&self) -> String {
        format!("/api/v2/w/{}/chats/{}", self.server.a.workspace, self.chat)
    }

    /// Requests to a node that depend on the ending right.
    async fn dependent_requests(
        &self,
        node: &TestNode,
        end: NodeRevocation,
    ) -> Vec<(&'static str, TestResponse)> {
        let get = |path: &str| node.request(Method::GET, path);
        let row = ConversationId::new(self.chat);
        if end.is_of_key() {
            let kit = format!(
                "/api/v1/conversation/{}/fetch",
                format_prefixed("conversation_", row)
            );
            let chats = format!("/api/v1/chats/{}/messages", self.chat);
            return vec![
                ("chatbotkit", get(&kit).bearer(&self.key).send().await),
                (
                    "tenant chats",
                    get(&chats).header("X-API-Key", &self.key).send().await,
                ),
                (
                    "gravity rail",
                    get(&self.gravity_rail_path())
                        .bearer(&self.key)
                        .send()
                        .await,
                ),
            ];
        }
        let info = format!("/api/v1/channel/info?channelUuid={}", format_hex(row));
        let relation = get(&info)
            .header("ApiKey", &self.server.a.key)
            .bearer(&self.token);
        vec![
            (
                "gravity rail",
                get(&self.gravity_rail_path())
                    .bearer(&self.token)
                    .send()
                    .await,
            ),
            ("relation", relation.send().await),
        ]
    }

    /// Sockets of the second node that depend on it.
    async fn open_dependent_sockets(
        &self,
        node: &TestNode,
        end: NodeRevocation,
    ) -> Vec<(&'static str, TestSocket)> {
        let user = self.person.id.uuid().hyphenated().to_string();
        let mut open = Vec::new();
        let (key, chat) = (&self.key, self.chat);
        let path = format!("/ws/chat?api_key={key}&user_id={user}&chat_id={chat}&v=2");
        open.push((
            "/ws/chat by key",
            TestSocket::open_greeted(node.url(), &path).await,
        ));
        let body = json!({ "user_id": user });
        let request = node.request(Method::POST, &format!("/api/v1/chats/{chat}/tokens"));
        let made = request
            .header("X-API-Key", key)
            .json(&body)
            .send()
            .await
            .expect(201);
        let path = format!("/ws/chat?token={}&v=2", made["token"].as_str().unwrap());
        open.push((
            "/ws/chat by token",
            TestSocket::open_greeted(node.url(), &path).await,
        ));
        let mut live =
            TestSocket::open_greeted(node.url(), &format!("/live?api_key={key}&user_id={user}"))
                .await;
        live.send(&json!({ "action": "subscribe", "conversation": chat.to_string() }))
            .await;
        while live.next().await["event_type"] != "subscribed" {}
        open.push(("/live by key", live));
        if !end.is_of_key() && end != NodeRevocation::PersonRemoved {
            let path = format!("/ws/?token={}", self.token);
            open.push(("/ws/", TestSocket::open(node.url(), &path, &[]).await));
        }
        open
    }

    /// Another member sends a message, on the node where the user's participation has ended.
    async fn send_message(&self, end: NodeRevocation) {
        if end != NodeRevocation::PersonRemoved {
            return;
        }
        let owner = self.server.a.sign_in(&self.server.a.owner).await;
        let request = self
            .server
            .post(&format!("{}/messages", self.gravity_rail_path()));
        let body = json!({ "content": TEXT_AFTER_REVOCATION });
        request.bearer(owner).json(&body).send().await.expect(200);
    }

    async fn apply(&self, end: NodeRevocation) {
        let tenant = &self.server.a;
        let archived = UpdateMember {
            archived: Some(true),
            ..UpdateMember::default()
        };
        match end {
            NodeRevocation::KeyRevoked => tenant.revoke_key(self.key_id).await,
            NodeRevocation::RoleLowered => {
                let lowered = UpdateMember {
                    role: Some(None),
                    ..UpdateMember::default()
                };
                tenant.update_member(&self.manager, lowered).await;
            }
            NodeRevocation::ManagerArchived => tenant.update_member(&self.manager, archived).await,
            NodeRevocation::PersonArchived => tenant.update_member(&self.person, archived).await,
            NodeRevocation::PersonDeleted => tenant.delete_member(&self.person).await,
            NodeRevocation::PersonRemoved => {
                let path = format!(
                    "{}/participants/{}",
                    self.gravity_rail_path(),
                    self.person.number
                );
                let owner = tenant.sign_in(&tenant.owner).await;
                let reply = self.server.delete(&path).bearer(owner).send().await;
                assert_eq!(reply.status, 204, "{}", reply.text());
            }
        }
    }
}

fn is_granted(reply: &TestResponse) -> bool {
    let body: Value = serde_json::from_slice(&reply.bytes).unwrap_or(Value::Null);
    reply.status == 200 && (body["desc"].is_null() || body["code"] == "0")
}

/// Observes a socket that must stop: `None` if it refuses to send and either closes or reports the unsubscription,
/// otherwise the violation.
async fn received_after(mut socket: TestSocket, chat: Uuid) -> Vec<&'static str> {
    let mut found = Vec::new();
    socket
        .send(&json!({ "action": "send", "conversation": chat.to_string(), "content": "Late" }))
        .await;
    let over = async {
        while let Some(text) = socket.next_text().await {
            let is = |kind: &str| text.contains(&format!(r#""event_type":"{kind}""#));
            if is("unsubscribed") {
                break;
            } else if is("message_received") {
                found.push("sends");
            } else if text.contains(TEXT_AFTER_REVOCATION) {
                found.push("hears");
            }
        }
    };
    if timeout(REAUTHORIZE_TIMEOUT, over).await.is_err() {
        found.push("goes on");
    }
    found
}

#[test]
fn right_ended_on_one_node_is_refused_on_other() {
    parlor_testkit::backend::run(TestBackend::Postgres, async |server: TestServer| {
        let node = server.start_node().await;
        let mut found = Vec::new();
        for end in REVOCATIONS {
            let scene = NodeFixture::create(&server).await;
            for (name, reply) in scene.dependent_requests(&node, end).await {
                assert!(
                    is_granted(&reply),
                    "{name} before {end:?}: {}",
                    reply.text()
                );
            }
            let open = scene.open_dependent_sockets(&node, end).await;
            scene.apply(end).await;
            for (name, reply) in scene.dependent_requests(&node, end).await {
                if is_granted(&reply) {
                    found.push(format!("{end:?}: {name} still answers"));
                }
            }
            let names: Vec<_> = open.iter().map(|(name, _)| *name).collect();
            let sockets = open
                .into_iter()
                .map(|(_, socket)| received_after(socket, scene.chat));
            let (over, ()) = join(join_all(sockets), scene.send_message(end)).await;
            for (name, faults) in names.iter().zip(over) {
                found.extend(
                    faults
                        .iter()
                        .map(|fault| format!("{end:?}: {name} {fault}")),
                );
            }
        }
        drop(node);
        assert!(
            found.is_empty(),
            "{} found:\n{}",
            found.len(),
            found.join("\n")
        );
    });
}
