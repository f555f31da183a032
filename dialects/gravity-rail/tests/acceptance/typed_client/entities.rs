//! The client's requests about workspaces, members, workflows, keys and event rules.

use parlor_testkit::Reader;
use serde_json::json;

use super::client::TypedClient;
use crate::reader::{read_member, read_phone_number, read_workflow};

impl TypedClient {
    /// Workspaces and the caller.
    pub(super) async fn check_workspaces(&self) -> i64 {
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
    pub(super) async fn check_members(&self) -> (i64, i64) {
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

    /// A phone number and a workflow that answers it.
    pub(super) async fn check_workflows(&self, agent: i64) -> (i64, String) {
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

    /// API keys and event rules.
    pub(super) async fn check_management(&self) {
        let created = self
            .post(
                "/api-keys",
                json!({ "name": "Backend", "scopes": ["chats:read"], "expiresInDays": 30 }),
            )
            .await;
        let (secret, id) = (
            created.field("key").text(),
            created.field("apiKey").field("id").number(),
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
}
