//! A direct conversation is visible to its two members only: without `dm:read` and `dm:write` a key neither reads nor
//! changes one, whatever other scopes it has.

use http::Method;
use parlor_engine::{conversation, member, message};
use parlor_kit::ids::{format_prefixed, format_uuid};
use parlor_model::Ctx;
use parlor_model::conversation::ConversationKey;
use parlor_model::id::ConversationId;
use parlor_model::member::{MemberKey, MemberRef};
use parlor_model::message::{CreateMessage, MessageRole};
use parlor_testkit::{TestRequest, TestServer, both};
use serde_json::{Value, json};

const SCOPES_WITHOUT_DM: &str =
    "conversations:admin,messages:admin,members:admin,spaces:admin,agents:admin,admin:admin";

/// Two members and the messages of their direct conversation.
struct DirectPair<'s> {
    server: &'s TestServer,
    one: MemberRef,
    ctx: Ctx,
    id: ConversationId,
    number: i64,
    message: String,
}

impl<'s> DirectPair<'s> {
    async fn create(server: &'s TestServer) -> Self {
        let one = server.a.create_person("One", None, "").await;
        let two = server.a.create_person("Two", None, "").await;
        let owner = server.a.ctx();
        let acting =
            member::context_by_id(&server.engine, owner.workspace, one.id, None, owner.request);
        let ctx = acting.await.unwrap();
        let made =
            conversation::find_or_create_direct(&server.engine, &ctx, MemberKey::Id(two.id), false)
                .await
                .unwrap();
        let key = ConversationKey::Number(made.number);
        let words = CreateMessage::new(
            key,
            Some(one.number),
            MessageRole::User,
            "between us".to_owned(),
        );
        let created = message::create(&server.engine, &ctx, words).await.unwrap();
        Self {
            server,
            one,
            ctx,
            id: made.id,
            number: made.number,
            message: format_prefixed("message_", created.id),
        }
    }

    /// The fields and messages that could be changed.
    async fn state(&self) -> String {
        let key = ConversationKey::Number(self.number);
        let found = conversation::find(&self.server.engine, &self.ctx, key);
        let found = found.await.unwrap();
        format!("{} {:?} {:?}", found.last_seq, found.state, found.title)
    }

    /// Every route that reads it, in the dialects that accept unbound keys.
    fn read_requests(&self, key: &str) -> Vec<(&'static str, TestRequest)> {
        let (tenant, rail, kit) = (
            self.tenant_chats_path(),
            self.gravity_rail_path(),
            self.chatbotkit_id(),
        );
        vec![
            ("a chat", self.call(Method::GET, &tenant, key, None)),
            (
                "its messages",
                self.call(Method::GET, &format!("{tenant}/messages"), key, None),
            ),
            (
                "its log",
                self.call(Method::GET, &format!("{tenant}/log"), key, None),
            ),
            ("rail chat", self.call(Method::GET, &rail, key, None)),
            (
                "rail messages",
                self.call(Method::GET, &format!("{rail}/messages"), key, None),
            ),
            (
                "kit conversation",
                self.call(Method::GET, &format!("{kit}/fetch"), key, None),
            ),
            (
                "kit messages",
                self.call(Method::GET, &format!("{kit}/message/list"), key, None),
            ),
            (
                "its token",
                self.call(
                    Method::POST,
                    &format!("{tenant}/tokens"),
                    key,
                    Some(json!({ "user_id": format_uuid(self.one.id) })),
                ),
            ),
        ]
    }

    /// Every route that changes it.
    fn write_requests(&self, key: &str) -> Vec<(&'static str, TestRequest)> {
        let (tenant, rail, kit) = (
            self.tenant_chats_path(),
            self.gravity_rail_path(),
            self.chatbotkit_id(),
        );
        let post = |path: String, body: Value| self.call(Method::POST, &path, key, Some(body));
        let user = format_uuid(self.one.id);
        let message = &self.message;
        vec![
            (
                "a message as one of the two",
                post(
                    format!("{tenant}/messages"),
                    json!({ "content": "forged", "user_id": user }),
                ),
            ),
            (
                "an assistant's message",
                post(
                    format!("{tenant}/messages"),
                    json!({ "content": "forged", "sender_role": "assistant" }),
                ),
            ),
            (
                "a new title",
                self.call(
                    Method::PATCH,
                    &tenant,
                    key,
                    Some(json!({ "title": "Forged" })),
                ),
            ),
            (
                "its closing",
                self.call(
                    Method::PATCH,
                    &tenant,
                    key,
                    Some(json!({ "status": "closed" })),
                ),
            ),
            (
                "its deletion",
                self.call(Method::DELETE, &tenant, key, None),
            ),
            (
                "its forced deletion",
                self.call(Method::DELETE, &format!("{tenant}?force=true"), key, None),
            ),
            (
                "one more participant",
                post(
                    format!("{tenant}/participants"),
                    json!({ "user_id": "somebody" }),
                ),
            ),
            (
                "a rail message",
                post(format!("{rail}/messages"), json!({ "content": "forged" })),
            ),
            (
                "a rail assistant's message",
                post(
                    format!("{rail}/send-assistant-message"),
                    json!({ "message": "forged" }),
                ),
            ),
            (
                "a rail title",
                self.call(Method::PUT, &rail, key, Some(json!({ "title": "Forged" }))),
            ),
            (
                "its rail deletion",
                self.call(Method::DELETE, &rail, key, None),
            ),
            (
                "a kit title",
                post(format!("{kit}/update"), json!({ "name": "Forged" })),
            ),
            ("its kit deletion", post(format!("{kit}/delete"), json!({}))),
            (
                "a kit message",
                post(
                    format!("{kit}/message/create"),
                    json!({ "type": "user", "text": "forged" }),
                ),
            ),
            (
                "a kit message's text",
                post(
                    format!("{kit}/message/{message}/update"),
                    json!({ "text": "forged" }),
                ),
            ),
            (
                "a kit message's deletion",
                post(format!("{kit}/message/{message}/delete"), json!({})),
            ),
        ]
    }

    fn tenant_chats_path(&self) -> String {
        format!("/api/v1/chats/{}", format_uuid(self.id))
    }
    fn gravity_rail_path(&self) -> String {
        format!(
            "/api/v2/w/{}/chats/{}",
            self.server.a.workspace,
            format_uuid(self.id)
        )
    }
    fn chatbotkit_id(&self) -> String {
        format!(
            "/api/v1/conversation/{}",
            format_prefixed("conversation_", self.id)
        )
    }

    /// A call with a key, in the header that its dialect reads.
    fn call(&self, method: Method, path: &str, key: &str, body: Option<Value>) -> TestRequest {
        let request = self.server.request(method, path);
        let request = match path.starts_with("/api/v1/chats") {
            true => request.header("X-API-Key", key),
            false => request.bearer(key),
        };
        match body {
            Some(body) => request.json(&body),
            None => request,
        }
    }
}

/// A refusal status that changes and shows nothing.
fn is_refusal(status: u16) -> bool {
    matches!(status, 401 | 403 | 404)
}

both! {
    async fn reading_direct_conversation_requires_its_scope(server: TestServer) {
        let pair = DirectPair::create(&server).await;
        let key = server.a.create_key(SCOPES_WITHOUT_DM, None).await;
        for (name, request) in pair.read_requests(&key) {
            let reply = request.send().await;
            assert!(is_refusal(reply.status), "{name}: {} {}", reply.status, reply.text());
            assert!(!reply.text().contains("between us"), "{name}");
        }
        // The same routes succeed with the scopes: none was refused for a wrong path.
        let key = server.a.create_key(&format!("{SCOPES_WITHOUT_DM},dm:admin"), None).await;
        for (name, request) in pair.read_requests(&key) {
            let reply = request.send().await;
            assert!(reply.status < 300, "{name}: {} {}", reply.status, reply.text());
        }
    }

    async fn changing_direct_conversation_requires_its_scope(server: TestServer) {
        let pair = DirectPair::create(&server).await;
        let before = pair.state().await;
        for scopes in ["dm:read,messages:write", "dm:read,conversations:write", SCOPES_WITHOUT_DM] {
            let scopes = format!("{scopes},dm:read");
            let key = server.a.create_key(&scopes, None).await;
            for (name, request) in pair.write_requests(&key) {
                let reply = request.send().await;
                assert!(is_refusal(reply.status), "{scopes}: {name}: {} {}", reply.status, reply.text());
                assert_eq!(pair.state().await, before, "{scopes}: {name}");
            }
        }
    }
}
