//! The calls of a customer's typed client, in its order, and the fields it reads. A field that is not there, or of
//! another type, is a failure.

use parlor_model::workspace::ListShape;
use parlor_testkit::{Reader, TestResponse, TestServer, both};
use serde_json::{Value, json};

use crate::list_shape::set_list_shape;
use crate::reader::{read_chat, read_member, read_message, read_phone_number, read_workflow};

struct TypedClient {
    server: TestServer,
    workspace: String,
    key: String,
    shape: ListShape,
}

impl TypedClient {
    async fn send_request(&self, method: &str, path: &str, body: Option<Value>) -> TestResponse {
        let mut request = self.server.request(method.parse().unwrap(), path);
        if let Some(body) = &body {
            request = request.json(body);
        }
        request.bearer(&self.key).send().await
    }
    fn path(&self, rest: &str) -> String {
        format!("/api/v2/w/{}{rest}", self.workspace)
    }
    async fn get(&self, rest: &str) -> Reader {
        let reply = self.send_request("GET", &self.path(rest), None).await;
        Reader::new(format!("GET {rest}"), reply.expect(200))
    }
    async fn send(&self, method: &str, rest: &str, body: Value) -> Reader {
        let reply = self
            .send_request(method, &self.path(rest), Some(body))
            .await;
        Reader::new(format!("{method} {rest}"), reply.expect(200))
    }
    async fn post(&self, rest: &str, body: Value) -> Reader {
        self.send("POST", rest, body).await
    }
    async fn delete(&self, rest: &str) {
        let reply = self.send_request("DELETE", &self.path(rest), None).await;
        assert_eq!(reply.status, 204, "DELETE {rest}: {}", reply.text());
    }
    /// A list in the shape that the client reads.
    fn list_rows(&self, list: &Reader) -> Vec<Reader> {
        if self.shape == ListShape::Array {
            return list.items();
        }
        let rows = list.field("items").items();
        assert!(list.field("total").number() >= i64::try_from(rows.len()).unwrap());
        assert!(list.field("page").number() >= 1 && list.field("pageSize").number() >= 1);
        rows
    }
    async fn list(&self, rest: &str) -> Vec<Reader> {
        self.list_rows(&self.get(rest).await)
    }
    /// The one of a list that has an id.
    async fn find_in_list(&self, rest: &str, id: i64) -> Reader {
        let found = self
            .list(rest)
            .await
            .into_iter()
            .find(|row| row.field("id").number() == id);
        found.unwrap_or_else(|| panic!("{rest} lacks {id}"))
    }
}

impl TypedClient {
    /// Where it works and as whom.
    async fn check_workspaces(&self) -> i64 {
        let listed = self
            .send_request("GET", "/api/v2/w", None)
            .await
            .expect(200);
        let workspaces = self.list_rows(&Reader::new("GET /w", listed));
        assert_eq!(workspaces[0].field("uuid").text(), self.workspace);
        let found = self.get("").await;
        assert_eq!(found.field("uuid").text(), self.workspace);
        found.field("name").text();
        let other = format!("/api/v2/workspaces/{}", self.workspace);
        Reader::new(
            "GET /workspaces",
            self.send_request("GET", &other, None).await.expect(200),
        )
        .field("uuid")
        .text();
        self.list("/roles").await.iter().for_each(|role| {
            role.field("id").number();
            role.field("name").text();
        });
        read_member(&self.get("/members/me").await)
    }

    /// Members and agents.
    async fn check_members(&self) -> (i64, i64) {
        let body = json!({ "name": "Mia", "email": "mia@example.org", "phone": "+15005550177" });
        let mia = read_member(&self.post("/members", body).await);
        read_member(&self.find_in_list("/members?pageSize=100", mia).await);
        read_member(&self.get(&format!("/members/{mia}")).await);
        let signed = self
            .post(
                "/create-signup",
                json!({ "member": { "email": "sam@example.org" } }),
            )
            .await;
        signed.field("token").text();
        signed.field("wasCreated").flag();
        signed.field("account").field("id").number();
        let sam = read_member(&signed.field("member"));
        let renamed = self
            .send(
                "PUT",
                &format!("/members/{sam}"),
                json!({ "name": "Sam", "memberRoleId": null }),
            )
            .await;
        assert_eq!(renamed.field("name").text(), "Sam");
        assert!(
            self.post(&format!("/members/{sam}/archive"), json!({}))
                .await
                .field("isArchived")
                .flag()
        );
        assert!(
            !self
                .post(&format!("/members/{sam}/unarchive"), json!({}))
                .await
                .field("isArchived")
                .flag()
        );
        self.delete(&format!("/members/{sam}")).await;
        let agent = self
            .post("/agents", json!({ "name": "Ada" }))
            .await
            .field("id")
            .number();
        self.find_in_list("/agents", agent)
            .await
            .field("name")
            .text();
        assert_eq!(
            self.get(&format!("/agents/{agent}"))
                .await
                .field("id")
                .number(),
            agent
        );
        (mia, agent)
    }

    /// A line and a workflow that answers it.
    async fn check_workflows(&self, agent: i64) -> (i64, String) {
        let line = read_phone_number(
            &self
                .post(
                    "/phone-numbers",
                    json!({ "number": "+15005550100", "name": "Front" }),
                )
                .await,
        );
        let body = json!({
            "name": "Intake", "description": "Asks", "defaultPhoneNumberId": line, "agentMemberId": agent,
            "memberRoleAccess": [{ "memberRoleId": 3, "accessMode": 1 }],
        });
        let flow = read_workflow(&self.post("/workflows", body).await);
        let found = self.get(&format!("/workflows/{flow}")).await;
        read_workflow(&found);
        let number = found.field("id").number();
        read_workflow(&self.find_in_list("/workflows", number).await);
        self.send(
            "PUT",
            &format!("/workflows/{number}"),
            json!({ "description": null }),
        )
        .await;
        let changed = self
            .send(
                "PUT",
                &format!("/phone-numbers/{line}"),
                json!({ "defaultWorkflowId": number, "voiceGreetingMessage": "Hello" }),
            )
            .await;
        assert_eq!(changed.field("defaultWorkflowId").number(), number);
        assert!(
            self.post(
                &format!("/phone-numbers/{line}/link"),
                json!({ "workflowId": number })
            )
            .await
            .field("isMapped")
            .flag()
        );
        read_phone_number(&self.get(&format!("/phone-numbers/{line}")).await);
        read_phone_number(&self.find_in_list("/phone-numbers", line).await);
        for empty in ["/inboxes", "/sites", "/assignments"] {
            self.list(empty).await;
        }
        let models = self.send_request("GET", "/api/v2/ai-models", None).await;
        assert_eq!(models.status, 200);
        (number, flow)
    }

    /// A chat from its beginning to its end.
    async fn check_chats(&self, mia: i64, flow: i64) {
        let id = read_chat(&self.post("/chats", json!({ "channel": "web-chat", "workflowId": flow, "memberId": mia, "title": "Parcel" })).await);
        let path = format!("/chats/{id}");
        read_chat(&self.get(&path).await);
        read_chat(&self.find_in_list("/chats?pageSize=100", id).await);
        read_message(
            &self
                .post(&format!("{path}/messages"), json!({ "content": "Hello" }))
                .await,
        );
        read_message(
            &self
                .post(&format!("{path}/messages"), json!("Anybody?"))
                .await,
        );
        let sent = self
            .post(
                &format!("{path}/send-assistant-message"),
                json!({ "message": "Yes" }),
            )
            .await;
        assert!(sent.field("success").flag());
        let answer = sent.field("messageUuid").text();
        assert_eq!(read_message(&sent.field("chatMessage")), answer);
        let rated = self
            .post(
                &format!("{path}/messages/{answer}/rate"),
                json!({ "rating": "up" }),
            )
            .await;
        assert_eq!(rated.field("rating").text(), "up");
        let said: Vec<_> = self
            .list(&format!("{path}/messages"))
            .await
            .iter()
            .map(read_message)
            .collect();
        assert_eq!((said.len(), &said[0]), (3, &answer));
        assert_eq!(
            self.list(&format!("{path}/messages?limit=1&offset=1"))
                .await
                .len(),
            1
        );
        assert_eq!(
            self.list(&format!("{path}/messages?page=2&pageSize=2"))
                .await
                .len(),
            1
        );
        self.get("/chats/needs-response")
            .await
            .field("chatIds")
            .items();
        let changed = self
            .send("PUT", &path, json!({ "title": "Letter", "paused": true }))
            .await;
        assert!(read_chat(&changed) == id && changed.field("paused").flag());
        assert!(
            self.post(&format!("{path}/archive"), json!({}))
                .await
                .field("archived")
                .flag()
        );
        self.find_in_list("/chats?archived=true", id).await;
        assert!(
            !self
                .post(&format!("{path}/unarchive"), json!({}))
                .await
                .field("archived")
                .flag()
        );
        let export = self.get(&format!("{path}/export")).await;
        assert_eq!(read_chat(&export.field("chat")), id);
        let exported: Vec<_> = export
            .field("messages")
            .items()
            .iter()
            .map(read_message)
            .collect();
        assert_eq!(
            exported.iter().rev().collect::<Vec<_>>(),
            said.iter().collect::<Vec<_>>()
        );
        let usage = self.get(&format!("{path}/token-usage")).await;
        for count in ["inputTokens", "outputTokens", "totalTokens"] {
            assert_eq!(usage.field(count).number(), 0);
        }
        let all = self
            .send_request("GET", &self.path("/chats/export"), None)
            .await;
        assert!(all.status == 200 && all.text().contains("Letter"));
        self.delete(&path).await;
        self.send_request("GET", &self.path(&path), None)
            .await
            .expect(404);
    }

    /// A pair.
    async fn check_direct_messages(&self, mia: i64) {
        let id = read_chat(&self.post("/chats/dm", json!({ "memberId": mia })).await);
        let path = format!("/dms/{id}");
        let said = read_message(
            &self
                .post(
                    &format!("{path}/messages"),
                    json!({ "content": "Between us" }),
                )
                .await,
        );
        assert_eq!(read_chat(&self.find_in_list("/dms", id).await), id);
        assert_eq!(read_chat(&self.get(&path).await), id);
        assert_eq!(
            read_message(&self.list(&format!("{path}/messages")).await[0]),
            said
        );
    }

    /// Keys and rules.
    async fn check_management(&self) {
        let made = self
            .post(
                "/api-keys",
                json!({ "name": "Backend", "scopes": ["chats:read"], "expiresInDays": 30 }),
            )
            .await;
        let (secret, id) = (
            made.field("key").text(),
            made.field("apiKey").field("id").number(),
        );
        let row = self.find_in_list("/api-keys", id).await;
        row.field("hint").text();
        row.field("scopes").items();
        row.field("expiresAt").text();
        self.server
            .get(&self.path("/chats"))
            .bearer(&secret)
            .send()
            .await
            .expect(200);
        self.delete(&format!("/api-keys/{id}")).await;
        self.server
            .get(&self.path("/chats"))
            .bearer(&secret)
            .send()
            .await
            .expect(401);
        let rule = json!({
            "objectType": "chat", "eventType": "chat:created", "actionType": "chat:create", "conditions": "chat.isTest == false", "delay": 10,
            "actionParams": { "workflowId": 1, "channel": "phone-sms", "phoneNumberId": 1, "assistantEnabled": true },
        });
        let id = self.post("/event-rules", rule).await.field("id").number();
        let row = self.find_in_list("/event-rules", id).await;
        for text in ["objectType", "eventType", "actionType", "conditions"] {
            row.field(text).text();
        }
        row.field("actionParams").field("channel").text();
        assert_eq!(row.field("delay").number(), 10);
        self.send(
            "PUT",
            &format!("/event-rules/{id}"),
            json!({ "isEnabled": false }),
        )
        .await
        .field("isEnabled")
        .flag();
        self.delete(&format!("/event-rules/{id}")).await;
    }

    async fn run(&self) {
        let me = self.check_workspaces().await;
        let (mia, agent) = self.check_members().await;
        assert_ne!(me, mia);
        let (flow, _) = self.check_workflows(agent).await;
        self.check_chats(mia, flow).await;
        self.check_direct_messages(mia).await;
        self.check_management().await;
        // What it reads of refusals.
        for (path, code) in [
            ("/chats/900000001", "not_found"),
            ("/members?page=0", "invalid_request"),
        ] {
            let reply = self.send_request("GET", &self.path(path), None).await;
            let refusal = Reader::new(path, reply.json());
            assert_eq!(refusal.field("code").text(), code);
            refusal.field("error").text();
        }
    }
}

async fn create_client(server: TestServer, wanted: ListShape) -> TypedClient {
    set_list_shape(&server, wanted).await;
    TypedClient {
        workspace: server.a.workspace.clone(),
        key: server.a.key.clone(),
        server,
        shape: wanted,
    }
}

both! {
    async fn client_that_reads_pages_finds_all_it_reads(server: TestServer) {
        create_client(server, ListShape::Envelope).await.run().await;
    }

    async fn client_that_reads_arrays_finds_all_it_reads(server: TestServer) {
        create_client(server, ListShape::Array).await.run().await;
    }
}
