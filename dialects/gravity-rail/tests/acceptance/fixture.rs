//! The fixture: a workspace with members, an agent, a workflow and phone numbers, created through the API.

use parlor_model::access::WorkspaceRole;
use parlor_model::member::{MemberRef, UpdateMember};
use parlor_testkit::{TestRequest, TestResponse, TestServer};
use serde_json::{Value, json};

/// A member and its session token.
pub(crate) struct TestMember {
    pub(crate) number: i64,
    pub(crate) uuid: String,
    pub(crate) token: String,
    key: Option<MemberRef>,
}

impl TestMember {
    /// Returns a caller with another credential, whoever it is.
    pub(crate) const fn with_credential(token: String) -> Self {
        Self {
            number: 0,
            uuid: String::new(),
            token,
            key: None,
        }
    }
}

/// The workspace under test.
pub(crate) struct TestWorkspace {
    pub(crate) server: TestServer,
    /// Role user, no other scope.
    pub(crate) u: TestMember,
    /// Has a phone number and an email address.
    pub(crate) v: TestMember,
    /// Has both, and is opted out of SMS and email.
    pub(crate) o: TestMember,
    /// Has neither.
    pub(crate) n: TestMember,
    /// A manager.
    pub(crate) g: TestMember,
    pub(crate) agent: i64,
    /// Agent and number P1; versions 1 and 2 are published, 2 is active.
    pub(crate) workflow: i64,
    pub(crate) workflow_uuid: String,
    pub(crate) p1: i64,
    pub(crate) p2: i64,
    pub(crate) inbox: i64,
}

pub(crate) const PHONE: &str = "+15005550123";
pub(crate) const EMAIL: &str = "vera@example.org";

impl TestWorkspace {
    pub(crate) async fn new(server: TestServer) -> Self {
        let u = create_member(&server, "Uma", Some(WorkspaceRole::User)).await;
        let v = create_reachable_member(&server, "Vera", PHONE, EMAIL, false).await;
        let o = create_reachable_member(&server, "Otto", "+15005550124", "otto@example.org", true)
            .await;
        let n = create_member(&server, "Nora", Some(WorkspaceRole::User)).await;
        let g = create_member(&server, "Gus", Some(WorkspaceRole::Manager)).await;
        let mut setup = Self {
            server,
            u,
            v,
            o,
            n,
            g,
            agent: 0,
            workflow: 0,
            workflow_uuid: String::new(),
            p1: 0,
            p2: 0,
            inbox: 0,
        };
        setup.create_entities().await;
        setup
    }

    /// Signs everybody in again, after a time in which tokens expire.
    pub(crate) async fn renew_tokens(&mut self) {
        let tenant = &self.server.a;
        for member in [
            &mut self.u,
            &mut self.v,
            &mut self.o,
            &mut self.n,
            &mut self.g,
        ] {
            let key = member.key.as_ref().unwrap();
            member.token = tenant.sign_in(key).await;
        }
    }

    async fn create_entities(&mut self) {
        self.agent = self.create("/agents", json!({ "name": "Ada" })).await;
        let number = |last: u32| json!({ "number": format!("+1500555000{last}") });
        self.p1 = self.create("/phone-numbers", number(1)).await;
        self.p2 = self.create("/phone-numbers", number(2)).await;
        let desk = json!({ "address": "Desk@Example.org" });
        self.inbox = self.create("/inboxes", desk).await;
        let body = json!({
            "name": "Intake", "agentMemberId": self.agent, "defaultPhoneNumberId": self.p1,
            "tasks": [{ "name": "Greet" }, { "name": "Ask" }],
        });
        let workflow = self.post(&self.g, "/workflows", body).await.expect(200);
        self.workflow = workflow["id"].as_i64().unwrap();
        self.workflow_uuid = workflow["uuid"].as_str().unwrap().to_owned();
        for note in ["the first", "the second"] {
            self.publish(note).await;
        }
        self.activate(2).await;
    }

    /// Creates an entity as G and returns its id.
    async fn create(&self, path: &str, body: Value) -> i64 {
        let created = self.post(&self.g, path, body).await.expect(200);
        created["id"].as_i64().unwrap()
    }

    pub(crate) async fn publish(&self, note: &str) -> i64 {
        let path = format!("/workflows/{}/versions", self.workflow_uuid);
        let body = json!({ "note": note });
        let created = self.post(&self.g, &path, body).await.expect(200);
        created["versionNumber"].as_i64().unwrap()
    }

    pub(crate) async fn activate(&self, version: i64) {
        let path = format!(
            "/workflows/{}/versions/{version}/activate",
            self.workflow_uuid
        );
        self.post(&self.g, &path, json!({})).await.expect(200);
    }

    pub(crate) fn path(&self, rest: &str) -> String {
        format!("/api/v2/w/{}{rest}", self.server.a.workspace)
    }
    pub(crate) async fn get(&self, caller: &TestMember, rest: &str) -> TestResponse {
        let request = self.server.get(&self.path(rest));
        request.bearer(&caller.token).send().await
    }
    pub(crate) fn post_request(
        &self,
        caller: &TestMember,
        rest: &str,
        body: &Value,
    ) -> TestRequest {
        let request = self.server.post(&self.path(rest));
        request.bearer(&caller.token).json(body)
    }
    pub(crate) async fn post(&self, caller: &TestMember, rest: &str, body: Value) -> TestResponse {
        self.post_request(caller, rest, &body).send().await
    }
    pub(crate) async fn put(&self, caller: &TestMember, rest: &str, body: Value) -> TestResponse {
        let request = self.server.put(&self.path(rest));
        request.bearer(&caller.token).json(&body).send().await
    }
    pub(crate) async fn delete(&self, caller: &TestMember, rest: &str) -> TestResponse {
        let request = self.server.delete(&self.path(rest));
        request.bearer(&caller.token).send().await
    }

    /// Creates a chat and expects success.
    pub(crate) async fn create_chat(&self, caller: &TestMember, body: Value) -> Value {
        self.post(caller, "/chats", body).await.expect(200)
    }

    /// Counts the rows of a list as G.
    pub(crate) async fn total(&self, list: &str) -> i64 {
        let page = self.get(&self.g, list).await.expect(200);
        page["total"].as_i64().unwrap()
    }

    /// Counts what creating a chat may create.
    pub(crate) async fn entity_counts(&self) -> [i64; 4] {
        [
            self.total("/chats").await,
            self.total("/chats?archived=true").await,
            self.total("/assignments").await,
            self.total("/members").await,
        ]
    }
}

/// Creates a person with a session.
pub(crate) async fn create_member(
    server: &TestServer,
    name: &str,
    role: Option<WorkspaceRole>,
) -> TestMember {
    let (member, token) = server.create_signed_in_member(name, role, "").await;
    TestMember {
        number: member.number,
        uuid: member.id.uuid().hyphenated().to_string(),
        token,
        key: Some(member),
    }
}

async fn create_reachable_member(
    server: &TestServer,
    name: &str,
    phone: &str,
    email: &str,
    out: bool,
) -> TestMember {
    let (member, token) = server
        .create_signed_in_member(name, Some(WorkspaceRole::User), "")
        .await;
    let command = UpdateMember {
        phone: Some(Some(phone.to_owned())),
        email: Some(Some(email.to_owned())),
        sms_opted_out: Some(out),
        email_opted_out: Some(out),
        ..UpdateMember::default()
    };
    server.a.update_member(&member, command).await;
    TestMember {
        number: member.number,
        uuid: member.id.uuid().hyphenated().to_string(),
        token,
        key: Some(member),
    }
}

/// Returns one field of each row of a page.
pub(crate) fn field_values(page: &Value, field: &str) -> Vec<Value> {
    let rows = page["items"].as_array().unwrap();
    rows.iter().map(|row| row[field].clone()).collect()
}
