//! Two servers on one PostgreSQL database: what ends by one is refused by the other at its next use, and its sockets
//! end within the interval in which they look.

use std::time::Duration;

use futures_util::future::{join, join_all};
use http::Method;
use parlor_kit::ids::{hex, prefixed};
use parlor_model::access::Role;
use parlor_model::id::ConversationId;
use parlor_model::member::{MemberRef, UpdateMember};
use parlor_testkit::tokio::time::timeout;
use parlor_testkit::{Backend, Node, Reply, Socket, TestServer};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::stage::uuid;

/// How often a node looks whether what it has open may stay open, and as much again for a busy machine.
const INTERVAL: Duration = Duration::from_secs(10);

/// What is said behind a removal.
const AFTER: &str = "After the end";

const SCOPES: &str = "spaces:admin,conversations:admin,messages:admin,members:admin,dm:admin";

/// What ends on the first node.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum End {
    KeyRevoked,
    RoleLowered,
    ManagerArchived,
    PersonRemoved,
    PersonArchived,
    PersonDeleted,
}

const ENDS: [End; 6] = [
    End::KeyRevoked,
    End::RoleLowered,
    End::ManagerArchived,
    End::PersonRemoved,
    End::PersonArchived,
    End::PersonDeleted,
];

impl End {
    /// It is the key, or its member, that ends; otherwise it is the person who takes part.
    const fn is_of_key(self) -> bool {
        matches!(
            self,
            Self::KeyRevoked | Self::RoleLowered | Self::ManagerArchived
        )
    }
}

/// A manager with a key, and a person who takes part in a chat.
struct Scene<'s> {
    server: &'s TestServer,
    manager: MemberRef,
    key_id: parlor_model::id::KeyId,
    key: String,
    person: MemberRef,
    token: String,
    chat: Uuid,
}

impl<'s> Scene<'s> {
    async fn set(server: &'s TestServer) -> Self {
        let manager = server.a.person("Mona", Some(Role::Manager), "").await;
        let (key_id, key) = server.a.revocable_key(SCOPES, Some(&manager)).await;
        let (person, token) = server.signed_in("Ada", None, "").await;
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
            chat: uuid(&made["uuid"]),
        }
    }

    fn rail(&self) -> String {
        format!("/api/v2/w/{}/chats/{}", self.server.a.workspace, self.chat)
    }

    /// What rests on what is going to end, asked of a node.
    async fn uses(&self, node: &Node, end: End) -> Vec<(&'static str, Reply)> {
        let get = |path: &str| node.request(Method::GET, path);
        let row = ConversationId::new(self.chat);
        if end.is_of_key() {
            let kit = format!(
                "/api/v1/conversation/{}/fetch",
                prefixed("conversation_", row)
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
                    get(&self.rail()).bearer(&self.key).send().await,
                ),
            ];
        }
        let info = format!("/api/v1/channel/info?channelUuid={}", hex(row));
        let relation = get(&info)
            .header("ApiKey", &self.server.a.key)
            .bearer(&self.token);
        vec![
            (
                "gravity rail",
                get(&self.rail()).bearer(&self.token).send().await,
            ),
            ("relation", relation.send().await),
        ]
    }

    /// Sockets of the second node that rest on it.
    async fn sockets(&self, node: &Node, end: End) -> Vec<(&'static str, Socket)> {
        let user = self.person.id.uuid().hyphenated().to_string();
        let mut open = Vec::new();
        let (key, chat) = (&self.key, self.chat);
        let path = format!("/ws/chat?api_key={key}&user_id={user}&chat_id={chat}&v=2");
        open.push(("/ws/chat by key", Socket::greeted(node.url(), &path).await));
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
            Socket::greeted(node.url(), &path).await,
        ));
        let mut live =
            Socket::greeted(node.url(), &format!("/live?api_key={key}&user_id={user}")).await;
        live.send(&json!({ "action": "subscribe", "conversation": chat.to_string() }))
            .await;
        while live.next().await["event_type"] != "subscribed" {}
        open.push(("/live by key", live));
        if !end.is_of_key() && end != End::PersonRemoved {
            let path = format!("/ws/?token={}", self.token);
            open.push(("/ws/", Socket::open(node.url(), &path, &[]).await));
        }
        open
    }

    /// Somebody else says something there, on the node where the person's part has ended.
    async fn speak(&self, end: End) {
        if end != End::PersonRemoved {
            return;
        }
        let owner = self.server.a.sign_in(&self.server.a.owner).await;
        let request = self.server.post(&format!("{}/messages", self.rail()));
        let body = json!({ "content": AFTER });
        request.bearer(owner).json(&body).send().await.expect(200);
    }

    async fn end(&self, end: End) {
        let tenant = &self.server.a;
        let archived = UpdateMember {
            archived: Some(true),
            ..UpdateMember::default()
        };
        match end {
            End::KeyRevoked => tenant.revoke(self.key_id).await,
            End::RoleLowered => {
                let lowered = UpdateMember {
                    role: Some(None),
                    ..UpdateMember::default()
                };
                tenant.update(&self.manager, lowered).await;
            }
            End::ManagerArchived => tenant.update(&self.manager, archived).await,
            End::PersonArchived => tenant.update(&self.person, archived).await,
            End::PersonDeleted => tenant.delete(&self.person).await,
            End::PersonRemoved => {
                let path = format!("{}/participants/{}", self.rail(), self.person.number);
                let owner = tenant.sign_in(&tenant.owner).await;
                let reply = self.server.delete(&path).bearer(owner).send().await;
                assert_eq!(reply.status, 204, "{}", reply.text());
            }
        }
    }
}

fn granted(reply: &Reply) -> bool {
    let body: Value = serde_json::from_slice(&reply.bytes).unwrap_or(Value::Null);
    reply.status == 200 && (body["desc"].is_null() || body["code"] == "0")
}

/// What a socket does that it must not do any more: nothing, where it refuses to send, and ends or says that it follows
/// the conversation no more.
async fn goes_on(mut socket: Socket, chat: Uuid) -> Vec<&'static str> {
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
            } else if text.contains(AFTER) {
                found.push("hears");
            }
        }
    };
    if timeout(INTERVAL, over).await.is_err() {
        found.push("goes on");
    }
    found
}

#[test]
fn what_ends_on_one_node_is_refused_by_the_other() {
    parlor_testkit::backend::run(Backend::Postgres, async |server: TestServer| {
        let node = server.another_node().await;
        let mut found = Vec::new();
        for end in ENDS {
            let scene = Scene::set(&server).await;
            for (name, reply) in scene.uses(&node, end).await {
                assert!(granted(&reply), "{name} before {end:?}: {}", reply.text());
            }
            let open = scene.sockets(&node, end).await;
            scene.end(end).await;
            for (name, reply) in scene.uses(&node, end).await {
                if granted(&reply) {
                    found.push(format!("{end:?}: {name} still answers"));
                }
            }
            let names: Vec<_> = open.iter().map(|(name, _)| *name).collect();
            let sockets = open
                .into_iter()
                .map(|(_, socket)| goes_on(socket, scene.chat));
            let (over, ()) = join(join_all(sockets), scene.speak(end)).await;
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
