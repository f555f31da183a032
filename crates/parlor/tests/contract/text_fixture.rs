//! Entities that requests with texts need: a signed-in member and one entity of each kind.

use parlor_testkit::{TestRequest, TestServer};
use serde_json::{Value, json};

/// One entity of each kind that the requests need.
pub(crate) struct TextFixture<'s> {
    pub(crate) server: &'s TestServer,
    /// The owner's member token.
    pub(crate) member: String,
    /// A token issued with the key, for the dialect that requires one.
    pub(crate) session: String,
    pub(crate) contact: String,
    pub(crate) space: String,
    pub(crate) conversation: String,
    pub(crate) chat: i64,
    pub(crate) channel: String,
    pub(crate) tenant_chat: String,
}

/// A dialect, with its base path and credential.
#[derive(Clone, Copy)]
pub(crate) enum Dialect {
    ChatBotKit,
    GravityRail,
    Relation,
    Sharely,
    TenantChats,
}

impl TextFixture<'_> {
    pub(crate) async fn new(server: &TestServer) -> TextFixture<'_> {
        let exchange = format!(
            "/workspaces/{}/generate-access-key-token",
            server.a.workspace
        );
        let exchange = server.post(&exchange).header("x-api-key", &server.a.key);
        let exchanged = exchange.json(&json!({})).send().await.expect(200);
        let mut scene = TextFixture {
            server,
            member: server.a.sign_in(&server.a.owner).await,
            session: exchanged["token"].as_str().unwrap().to_owned(),
            contact: String::new(),
            space: String::new(),
            conversation: String::new(),
            chat: 0,
            channel: String::new(),
            tenant_chat: String::new(),
        };
        let made = async |dialect, path: &str, body: Value| {
            let reply = scene.call(dialect, "POST", path, &body).send().await;
            assert!(reply.status < 300, "{path}: {}", reply.text());
            reply.json()
        };
        let id = |made: &Value| made["id"].as_str().unwrap().to_owned();
        let contact = made(Dialect::ChatBotKit, "/api/v1/contact/create", json!({})).await;
        let space = made(Dialect::ChatBotKit, "/api/v1/space/create", json!({})).await;
        let thread = made(
            Dialect::ChatBotKit,
            "/api/v1/conversation/create",
            json!({}),
        )
        .await;
        let path = format!("/api/v2/w/{}/chats", server.a.workspace);
        let chat = made(
            Dialect::GravityRail,
            &path,
            json!({ "channel": "web-chat" }),
        )
        .await;
        let body = json!({ "name": "Group", "type": "G" });
        let channel = made(Dialect::Relation, "/api/v1/channel/create", body).await;
        let body = json!({ "user_id": "u1" });
        let tenant_chat = made(Dialect::TenantChats, "/api/v1/chats/", body).await;
        let data = &channel["data"];
        let channel = data["channelUuid"]
            .as_str()
            .or(data.as_str())
            .unwrap()
            .to_owned();
        (scene.contact, scene.space, scene.conversation) = (id(&contact), id(&space), id(&thread));
        (scene.chat, scene.channel) = (chat["id"].as_i64().unwrap(), channel);
        scene.tenant_chat = id(&tenant_chat);
        scene
    }

    pub(crate) fn call(
        &self,
        dialect: Dialect,
        method: &str,
        path: &str,
        body: &Value,
    ) -> TestRequest {
        let method = method.parse().unwrap();
        let request = self.server.request(method, path).json(body);
        let key = &self.server.a.key;
        match dialect {
            Dialect::ChatBotKit => request.bearer(key),
            Dialect::GravityRail => request.bearer(&self.member),
            Dialect::Relation => request.header("ApiKey", key).bearer(&self.member),
            Dialect::Sharely => request
                .bearer(&self.session)
                .header("organizationid", &self.server.a.organization),
            Dialect::TenantChats => request.header("x-api-key", key),
        }
    }
}
