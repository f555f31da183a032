//! A tenant in every dialect.

mod assertions;

use parlor_engine::{conversation, message};
use parlor_kit::ids::format_uuid;
use parlor_model::conversation::{
    Conversation, ConversationKey, ConversationState, UpdateConversation,
};
use parlor_model::id::ConversationId;
use parlor_model::member::MemberRef;
use parlor_model::message::{CreateMessage, MessageRole};
use parlor_testkit::{TestRequest, TestResponse, TestServer};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::credentials::Credentials;
use crate::fixtures;

/// Tenant A with its ids in every dialect.
pub(crate) struct TenantView {
    pub(crate) server: TestServer,
    credentials: Credentials,
}

impl TenantView {
    pub(crate) async fn new(server: TestServer) -> Self {
        let credentials = Credentials::create(&server, &server.a).await;
        Self {
            server,
            credentials,
        }
    }

    pub(crate) fn send_signed(
        &self,
        dialect: &str,
        auth: parlor_kit::Auth,
        request: TestRequest,
    ) -> TestRequest {
        let headers = self.credentials.headers(dialect, auth);
        headers.iter().fold(request, |request, (name, value)| {
            request.header(name, value)
        })
    }

    pub(crate) async fn sharely(
        &self,
        method: http::Method,
        path: &str,
        body: Option<Value>,
    ) -> TestResponse {
        let path = path.replace("{w}", &self.server.a.workspace);
        let request = self
            .server
            .request(method, &path)
            .header("organizationid", &self.server.a.organization);
        send(
            self.send_signed("sharely", parlor_kit::Auth::Bearer, request),
            body,
        )
        .await
    }

    pub(crate) async fn gravity_rail(
        &self,
        method: http::Method,
        path: &str,
        body: Option<Value>,
    ) -> TestResponse {
        let path = format!("/api/v2/w/{}/{path}", self.server.a.workspace);
        let request = self.server.request(method, &path);
        send(
            self.send_signed("gravity-rail", parlor_kit::Auth::Bearer, request),
            body,
        )
        .await
    }

    pub(crate) async fn relation(
        &self,
        method: http::Method,
        path: &str,
        body: Option<Value>,
    ) -> TestResponse {
        let auth = parlor_kit::Auth::KeyAndToken("ApiKey", "Authorization");
        let request = self
            .server
            .request(method, &format!("/api/v1/channel/{path}"));
        send(self.send_signed("relation", auth, request), body).await
    }

    pub(crate) async fn chatbotkit(
        &self,
        method: http::Method,
        path: &str,
        body: Option<Value>,
    ) -> TestResponse {
        let request = self.server.request(method, &format!("/api/v1/{path}"));
        send(
            self.send_signed("chatbotkit", parlor_kit::Auth::Bearer, request),
            body,
        )
        .await
    }

    pub(crate) async fn tenant_chats(
        &self,
        method: http::Method,
        path: &str,
        body: Option<Value>,
    ) -> TestResponse {
        let request = self
            .server
            .request(method, &format!("/api/v1/chats/{path}"));
        send(
            self.send_signed("tenant-chats", parlor_kit::Auth::Key("x-api-key"), request),
            body,
        )
        .await
    }

    /// A space with the ids of both dialects that have spaces.
    pub(crate) async fn create_space(&self) -> Uuid {
        let made = self
            .chatbotkit(
                http::Method::POST,
                "space/create",
                Some(json!({ "name": "Room" })),
            )
            .await
            .expect(200);
        parse_prefixed_id(&made["id"], "space_")
    }

    /// The stored row.
    pub(crate) async fn conversation_row(&self, id: Uuid) -> Conversation {
        let ctx = fixtures::owner_context(&self.server, &self.server.a).await;
        let key = ConversationKey::Id(ConversationId::new(id));
        conversation::find(&self.server.engine, &ctx, key)
            .await
            .unwrap()
    }

    /// The ids in the list of a user's chats.
    pub(crate) async fn listed_chat_ids(&self, user: &str) -> Vec<String> {
        let page = self
            .tenant_chats(http::Method::GET, &format!("user/{user}?limit=100"), None)
            .await
            .expect(200);
        page["chats"]
            .as_array()
            .unwrap()
            .iter()
            .map(|chat| chat["id"].as_str().unwrap().to_owned())
            .collect()
    }

    pub(crate) async fn set_state(&self, id: Uuid, state: ConversationState) {
        let ctx = fixtures::owner_context(&self.server, &self.server.a).await;
        let key = ConversationKey::Id(ConversationId::new(id));
        let change = UpdateConversation {
            state: Some(state),
            ..UpdateConversation::default()
        };
        conversation::update(&self.server.engine, &ctx, key, change)
            .await
            .unwrap();
    }

    pub(crate) async fn append_message(&self, id: Uuid, role: MessageRole, text: &str) {
        let ctx = fixtures::owner_context(&self.server, &self.server.a).await;
        let message_request = CreateMessage::new(
            ConversationKey::Id(ConversationId::new(id)),
            (role == MessageRole::User).then_some(self.server.a.owner.number),
            role,
            text,
        );
        message::create(&self.server.engine, &ctx, message_request)
            .await
            .unwrap();
    }
}

async fn send(request: TestRequest, body: Option<Value>) -> TestResponse {
    match body {
        Some(body) => request.json(&body).send().await,
        None => request.send().await,
    }
}

pub(crate) fn user_id(member: &MemberRef) -> String {
    member
        .external_id
        .clone()
        .unwrap_or_else(|| format_uuid(member.id))
}

pub(crate) fn parse_prefixed_id(text: &Value, prefix: &str) -> Uuid {
    parlor_kit::ids::parse_prefixed::<()>(prefix, text.as_str().unwrap())
        .unwrap()
        .uuid()
}

pub(crate) fn parse_uuid(text: &Value) -> Uuid {
    text.as_str().unwrap().parse().unwrap()
}
