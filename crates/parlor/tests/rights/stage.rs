//! A workspace on a server, and everything that opens it, beside the model of it.

use std::collections::BTreeMap;
use std::time::Duration;

use http::Method;
use parlor_kit::ids::{hex, prefixed};
use parlor_model::id::{ConversationId, KeyId};
use parlor_model::member::MemberRef;
use parlor_testkit::{Reply, Request, Tenant, TestServer};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::model::{Credential, Dialect, Gate, Held, Model, OWNER, Role, Room, Scopes, Talk, Who};

/// What there is on the server: each list runs beside the model's.
pub(crate) struct Stage<'s> {
    pub(crate) server: &'s TestServer,
    pub(crate) tenant: Tenant,
    pub(crate) members: Vec<MemberRef>,
    /// The text of each credential.
    pub(crate) secrets: Vec<String>,
    pub(crate) keys: BTreeMap<Held, KeyId>,
    pub(crate) talks: Vec<Uuid>,
    pub(crate) rooms: Vec<Uuid>,
    pub(crate) gates: Vec<Uuid>,
    /// The owner's session and its token.
    session: String,
    token: String,
    /// Makes marks of this run differ from those of others.
    pub(crate) seed: u64,
}

/// An answer.
pub(crate) struct Answer {
    pub(crate) is_granted: bool,
    pub(crate) status: u16,
    pub(crate) text: String,
}

impl Answer {
    pub(crate) fn of(dialect: Dialect, reply: &Reply) -> Self {
        let mut is_granted = (200..300).contains(&reply.status);
        let text = reply.text();
        if dialect == Dialect::Relation {
            let body: Value = serde_json::from_str(&text).unwrap_or(Value::Null);
            is_granted = is_granted && body["code"] == "0";
        }
        Self {
            is_granted,
            status: reply.status,
            text,
        }
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or(Value::Null)
    }
}

/// The two roles of the workspace's own.
pub(crate) const GATES: usize = 2;
const DAY: Duration = Duration::from_secs(24 * 3_600);

impl<'s> Stage<'s> {
    /// A fresh workspace: its owner, a manager, a user and four people; a key of the owner's and a token of
    /// everybody's.
    pub(crate) async fn set(server: &'s TestServer, seed: u64) -> (Self, Model) {
        let tenant = server.tenant("Rights").await;
        let token = tenant.token(&tenant.owner, None, DAY).await;
        let path = format!("/workspaces/{}/generate-access-key-token", tenant.workspace);
        let exchange = server.post(&path).header("x-api-key", &tenant.key);
        let session = exchange.json(&json!({})).send().await.expect(200);
        let mut stage = Self {
            server,
            members: vec![tenant.owner.clone()],
            secrets: Vec::new(),
            keys: BTreeMap::new(),
            talks: Vec::new(),
            rooms: Vec::new(),
            gates: Vec::new(),
            session: session["token"].as_str().unwrap().to_owned(),
            token,
            tenant,
            seed,
        };
        let mut model = Model::default();
        model.members.push(member(Some(Role::Owner)));
        let cast = [
            ("Mona", Some(Role::Manager)),
            ("Uli", Some(Role::User)),
            ("Ada", None),
            ("Bob", None),
            ("Eve", None),
            ("Carl", None),
        ];
        for (name, role) in cast {
            let there = role.map(|role| match role {
                Role::Owner => parlor_model::access::Role::Owner,
                Role::Manager => parlor_model::access::Role::Manager,
                Role::User => parlor_model::access::Role::User,
            });
            stage
                .members
                .push(stage.tenant.person(name, there, "").await);
            model.members.push(member(role));
        }
        for _ in 0..GATES {
            let path = format!("/v1/workspaces/{}/role", stage.tenant.workspace);
            let body = json!({ "name": format!("Role {}", stage.gates.len()) });
            let made = stage.sharely(Method::POST, &path, Some(body)).await.json();
            stage.gates.push(uuid(&made["role"]["id"]));
        }
        (stage, model)
    }

    /// What stands in everything that is said in a conversation, and nowhere else.
    pub(crate) fn mark(&self, talk: Talk) -> String {
        format!("mark{}x{talk}z", self.seed)
    }

    /// Whether a text gives a conversation away, by any of its spellings or by what is said in it.
    pub(crate) fn betrays(&self, text: &str, talk: Talk) -> bool {
        let id = self.talks[talk];
        let row = ConversationId::new(id);
        let spellings = [
            id.hyphenated().to_string(),
            hex(row),
            prefixed("conversation_", row),
            self.mark(talk),
        ];
        spellings.iter().any(|spelling| text.contains(spelling))
    }

    pub(crate) fn user(&self, who: Who) -> String {
        let member = &self.members[who];
        let external = member.external_id.clone();
        external.unwrap_or_else(|| member.id.uuid().hyphenated().to_string())
    }

    /// What the workspace's owner asks, in the words of each dialect: by this everything is set up.
    pub(crate) async fn sharely(&self, method: Method, path: &str, body: Option<Value>) -> Answer {
        let request = self.server.request(method, path).bearer(&self.session);
        let request = request.header("organizationid", &self.tenant.organization);
        send(Dialect::Sharely, request, body).await
    }

    pub(crate) async fn rail(&self, method: Method, path: &str, body: Option<Value>) -> Answer {
        let token = self.token.clone();
        self.rail_as(&token, method, path, body).await
    }

    pub(crate) async fn rail_as(
        &self,
        bearer: &str,
        method: Method,
        path: &str,
        body: Option<Value>,
    ) -> Answer {
        let path = format!("/api/v2/w/{}/{path}", self.tenant.workspace);
        let request = self.server.request(method, &path).bearer(bearer);
        send(Dialect::GravityRail, request, body).await
    }

    pub(crate) async fn relation_as(&self, bearer: &str, path: &str, body: Value) -> Answer {
        let request = self.server.post(&format!("/api/v1/{path}")).bearer(bearer);
        let request = request.header("ApiKey", &self.tenant.key);
        send(Dialect::Relation, request, Some(body)).await
    }

    pub(crate) async fn chatbotkit(&self, path: &str, body: Value) -> Answer {
        let request = self.server.post(&format!("/api/v1/{path}"));
        send(
            Dialect::ChatBotKit,
            request.bearer(&self.tenant.key),
            Some(body),
        )
        .await
    }

    pub(crate) async fn chats(&self, method: Method, path: &str, body: Option<Value>) -> Answer {
        let request = self.server.request(method, &format!("/api/v1/{path}"));
        let request = request.header("X-API-Key", &self.tenant.key);
        send(Dialect::TenantChats, request, body).await
    }

    /// Says something in a conversation as the workspace's owner may, whoever takes part.
    pub(crate) async fn say(&self, talk: Talk, text: &str) -> Answer {
        let body = json!({ "content": text, "sender_role": "assistant" });
        let path = format!("chats/{}/messages", self.talks[talk]);
        self.chats(Method::POST, &path, Some(body)).await
    }

    /// A credential that has been made, in both lists.
    pub(crate) fn keep(
        &mut self,
        model: &mut Model,
        credential: Credential,
        secret: String,
    ) -> Held {
        model.credentials.push(credential);
        self.secrets.push(secret);
        self.secrets.len() - 1
    }

    pub(crate) async fn make_key(
        &mut self,
        model: &mut Model,
        member: Option<Who>,
        scopes: Scopes,
    ) -> Held {
        let names = scopes.names().join(",");
        let for_whom = member.map(|who| self.members[who].clone());
        let (id, secret) = self.tenant.revocable_key(&names, for_whom.as_ref()).await;
        let held = self.keep(model, Credential::Key { member, scopes }, secret);
        self.keys.insert(held, id);
        held
    }

    pub(crate) async fn make_token(
        &mut self,
        model: &mut Model,
        member: Who,
        scopes: Option<Scopes>,
    ) -> Held {
        let names = scopes.as_ref().map(|scopes| scopes.names().join(","));
        let for_whom = self.members[member].clone();
        let secret = self.tenant.token(&for_whom, names.as_deref(), DAY).await;
        self.keep(model, Credential::MemberToken { member, scopes }, secret)
    }

    pub(crate) fn space_path(&self, room: Room) -> String {
        format!(
            "/v1/workspaces/{}/spaces/{}",
            self.tenant.workspace, self.rooms[room]
        )
    }

    pub(crate) fn gate_body(&self, gate: Option<Gate>) -> Value {
        gate.map_or_else(
            || json!({}),
            |gate| json!({ "roleId": self.gates[gate].to_string() }),
        )
    }
}

fn member(role: Option<Role>) -> crate::model::Member {
    crate::model::Member {
        role,
        own: Scopes::default(),
        presence: crate::model::Presence::Here,
    }
}

/// The workspace's owner is the first member there is.
const _: () = assert!(OWNER == 0);

pub(crate) async fn send(dialect: Dialect, request: Request, body: Option<Value>) -> Answer {
    let reply = match body {
        Some(body) => request.json(&body).send().await,
        None => request.send().await,
    };
    Answer::of(dialect, &reply)
}

pub(crate) fn uuid(text: &Value) -> Uuid {
    text.as_str()
        .and_then(|text| text.parse().ok())
        .unwrap_or_default()
}
