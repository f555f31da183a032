//! A workspace on a server, its credentials, and the model of it.

use std::collections::BTreeMap;
use std::time::Duration;

use http::Method;
use parlor_kit::ids::{format_hex, format_prefixed};
use parlor_model::id::{ApiKeyId, ConversationId};
use parlor_model::member::MemberRef;
use parlor_testkit::{TestRequest, TestResponse, TestServer, TestTenant};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::model::{
    ConversationIndex, Credential, CredentialIndex, Dialect, MemberIndex, Model, OWNER, Role,
    RoleIndex, Scopes, SpaceIndex,
};

/// The entities on the server: each list is parallel to the model's.
pub(crate) struct TestStage<'s> {
    pub(crate) server: &'s TestServer,
    pub(crate) tenant: TestTenant,
    pub(crate) members: Vec<MemberRef>,
    /// The text of each credential.
    pub(crate) secrets: Vec<String>,
    pub(crate) keys: BTreeMap<CredentialIndex, ApiKeyId>,
    pub(crate) conversations: Vec<Uuid>,
    pub(crate) spaces: Vec<Uuid>,
    pub(crate) roles: Vec<Uuid>,
    /// The owner's session and its token.
    session: String,
    token: String,
    /// Distinguishes the text marks of this run from those of others.
    pub(crate) seed: u64,
}

/// An HTTP answer.
pub(crate) struct ApiAnswer {
    pub(crate) is_granted: bool,
    pub(crate) status: u16,
    pub(crate) text: String,
}

impl ApiAnswer {
    pub(crate) fn from_reply(dialect: Dialect, reply: &TestResponse) -> Self {
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

/// The two custom roles of the workspace.
pub(crate) const ROLE_COUNT: usize = 2;
const DAY: Duration = Duration::from_secs(24 * 3_600);

impl<'s> TestStage<'s> {
    /// A fresh workspace: its owner, a manager, a user and four members without a role; a key of the owner's and a
    /// token of each member.
    pub(crate) async fn create(server: &'s TestServer, seed: u64) -> (Self, Model) {
        let tenant = server.create_tenant("Rights").await;
        let token = tenant.issue_token(&tenant.owner, None, DAY).await;
        let path = format!("/workspaces/{}/generate-access-key-token", tenant.workspace);
        let exchange = server.post(&path).header("x-api-key", &tenant.key);
        let session = exchange.json(&json!({})).send().await.expect(200);
        let mut stage = Self {
            server,
            members: vec![tenant.owner.clone()],
            secrets: Vec::new(),
            keys: BTreeMap::new(),
            conversations: Vec::new(),
            spaces: Vec::new(),
            roles: Vec::new(),
            session: session["token"].as_str().unwrap().to_owned(),
            token,
            tenant,
            seed,
        };
        let mut model = Model::default();
        model.members.push(model_member(Some(Role::Owner)));
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
                Role::Owner => parlor_model::access::WorkspaceRole::Owner,
                Role::Manager => parlor_model::access::WorkspaceRole::Manager,
                Role::User => parlor_model::access::WorkspaceRole::User,
            });
            stage
                .members
                .push(stage.tenant.create_person(name, there, "").await);
            model.members.push(model_member(role));
        }
        for _ in 0..ROLE_COUNT {
            let path = format!("/v1/workspaces/{}/role", stage.tenant.workspace);
            let body = json!({ "name": format!("Role {}", stage.roles.len()) });
            let made = stage.sharely(Method::POST, &path, Some(body)).await.json();
            stage.roles.push(parse_uuid(&made["role"]["id"]));
        }
        (stage, model)
    }

    /// The mark that every message of a conversation contains, and no other text does.
    pub(crate) fn conversation_marker(&self, conversation: ConversationIndex) -> String {
        format!("mark{}x{conversation}z", self.seed)
    }

    /// Whether a text shows a conversation, by any spelling of its id or by its mark.
    pub(crate) fn reveals(&self, text: &str, conversation: ConversationIndex) -> bool {
        let id = self.conversations[conversation];
        let row = ConversationId::new(id);
        let spellings = [
            id.hyphenated().to_string(),
            format_hex(row),
            format_prefixed("conversation_", row),
            self.conversation_marker(conversation),
        ];
        spellings.iter().any(|spelling| text.contains(spelling))
    }

    pub(crate) fn user_id(&self, who: MemberIndex) -> String {
        let member = &self.members[who];
        let external = member.external_id.clone();
        external.unwrap_or_else(|| member.id.uuid().hyphenated().to_string())
    }

    /// Requests by the workspace's owner in each dialect, used to set everything up.
    pub(crate) async fn sharely(
        &self,
        method: Method,
        path: &str,
        body: Option<Value>,
    ) -> ApiAnswer {
        let request = self.server.request(method, path).bearer(&self.session);
        let request = request.header("organizationid", &self.tenant.organization);
        send(Dialect::Sharely, request, body).await
    }

    pub(crate) async fn gravity_rail(
        &self,
        method: Method,
        path: &str,
        body: Option<Value>,
    ) -> ApiAnswer {
        let token = self.token.clone();
        self.gravity_rail_as(&token, method, path, body).await
    }

    pub(crate) async fn gravity_rail_as(
        &self,
        bearer: &str,
        method: Method,
        path: &str,
        body: Option<Value>,
    ) -> ApiAnswer {
        let path = format!("/api/v2/w/{}/{path}", self.tenant.workspace);
        let request = self.server.request(method, &path).bearer(bearer);
        send(Dialect::GravityRail, request, body).await
    }

    pub(crate) async fn relation_as(&self, bearer: &str, path: &str, body: Value) -> ApiAnswer {
        let request = self.server.post(&format!("/api/v1/{path}")).bearer(bearer);
        let request = request.header("ApiKey", &self.tenant.key);
        send(Dialect::Relation, request, Some(body)).await
    }

    pub(crate) async fn chatbotkit(&self, path: &str, body: Value) -> ApiAnswer {
        let request = self.server.post(&format!("/api/v1/{path}"));
        send(
            Dialect::ChatBotKit,
            request.bearer(&self.tenant.key),
            Some(body),
        )
        .await
    }

    pub(crate) async fn tenant_chats(
        &self,
        method: Method,
        path: &str,
        body: Option<Value>,
    ) -> ApiAnswer {
        let request = self.server.request(method, &format!("/api/v1/{path}"));
        let request = request.header("X-API-Key", &self.tenant.key);
        send(Dialect::TenantChats, request, body).await
    }

    /// Sends a message to a conversation with the workspace owner's rights, independent of participation.
    pub(crate) async fn send_message(
        &self,
        conversation: ConversationIndex,
        text: &str,
    ) -> ApiAnswer {
        let body = json!({ "content": text, "sender_role": "assistant" });
        let path = format!("chats/{}/messages", self.conversations[conversation]);
        self.tenant_chats(Method::POST, &path, Some(body)).await
    }

    /// Adds an issued credential to both lists.
    pub(crate) fn record_credential(
        &mut self,
        model: &mut Model,
        credential: Credential,
        secret: String,
    ) -> CredentialIndex {
        model.credentials.push(credential);
        self.secrets.push(secret);
        self.secrets.len() - 1
    }

    pub(crate) async fn make_key(
        &mut self,
        model: &mut Model,
        member: Option<MemberIndex>,
        scopes: Scopes,
    ) -> CredentialIndex {
        let names = scopes.names().join(",");
        let for_whom = member.map(|who| self.members[who].clone());
        let (id, secret) = self
            .tenant
            .create_revocable_key(&names, for_whom.as_ref())
            .await;
        let held = self.record_credential(model, Credential::Key { member, scopes }, secret);
        self.keys.insert(held, id);
        held
    }

    pub(crate) async fn make_token(
        &mut self,
        model: &mut Model,
        member: MemberIndex,
        scopes: Option<Scopes>,
    ) -> CredentialIndex {
        let names = scopes.as_ref().map(|scopes| scopes.names().join(","));
        let for_whom = self.members[member].clone();
        let secret = self
            .tenant
            .issue_token(&for_whom, names.as_deref(), DAY)
            .await;
        self.record_credential(model, Credential::MemberToken { member, scopes }, secret)
    }

    pub(crate) fn space_path(&self, room: SpaceIndex) -> String {
        format!(
            "/v1/workspaces/{}/spaces/{}",
            self.tenant.workspace, self.spaces[room]
        )
    }

    pub(crate) fn role_body(&self, gate: Option<RoleIndex>) -> Value {
        gate.map_or_else(
            || json!({}),
            |gate| json!({ "roleId": self.roles[gate].to_string() }),
        )
    }
}

fn model_member(role: Option<Role>) -> crate::model::Member {
    crate::model::Member {
        role,
        own: Scopes::default(),
        presence: crate::model::MemberStatus::Active,
    }
}

/// The workspace's owner is the first member.
const _: () = assert!(OWNER == 0);

pub(crate) async fn send(dialect: Dialect, request: TestRequest, body: Option<Value>) -> ApiAnswer {
    let reply = match body {
        Some(body) => request.json(&body).send().await,
        None => request.send().await,
    };
    ApiAnswer::from_reply(dialect, &reply)
}

pub(crate) fn parse_uuid(text: &Value) -> Uuid {
    text.as_str()
        .and_then(|text| text.parse().ok())
        .unwrap_or_default()
}
