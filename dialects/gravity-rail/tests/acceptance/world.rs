//! The fixture of the cases: a workspace with people, an agent, a workflow, lines; made through the API itself.

use parlor_model::access::Role;
use parlor_model::member::UpdateMember;
use parlor_testkit::{Reply, Request, TestServer};
use serde_json::{Value, json};

/// A member with a session.
pub(crate) struct Person {
    pub(crate) number: i64,
    pub(crate) uuid: String,
    pub(crate) token: String,
}

/// Workspace W.
pub(crate) struct World {
    pub(crate) server: TestServer,
    /// Role user, no other scope.
    pub(crate) u: Person,
    /// Has a phone number and an email address.
    pub(crate) v: Person,
    /// The same, but wants no text messages.
    pub(crate) o: Person,
    /// Has neither.
    pub(crate) n: Person,
    /// A manager.
    pub(crate) g: Person,
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

impl World {
    pub(crate) async fn of(server: TestServer) -> Self {
        let u = person(&server, "Uma", Some(Role::User)).await;
        let v = reachable(&server, "Vera", PHONE, EMAIL, false).await;
        let o = reachable(&server, "Otto", "+15005550124", "otto@example.org", true).await;
        let n = person(&server, "Nora", Some(Role::User)).await;
        let g = person(&server, "Gus", Some(Role::Manager)).await;
        let mut world = Self {
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
        world.furnish().await;
        world
    }

    async fn furnish(&mut self) {
        self.agent = self.made("/agents", json!({ "name": "Ada" })).await;
        let number = |last: u32| json!({ "number": format!("+1500555000{last}") });
        self.p1 = self.made("/phone-numbers", number(1)).await;
        self.p2 = self.made("/phone-numbers", number(2)).await;
        let desk = json!({ "address": "Desk@Example.org" });
        self.inbox = self.made("/inboxes", desk).await;
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

    /// The id of something G makes.
    async fn made(&self, path: &str, body: Value) -> i64 {
        let made = self.post(&self.g, path, body).await.expect(200);
        made["id"].as_i64().unwrap()
    }

    pub(crate) async fn publish(&self, note: &str) -> i64 {
        let path = format!("/workflows/{}/versions", self.workflow_uuid);
        let body = json!({ "note": note });
        let made = self.post(&self.g, &path, body).await.expect(200);
        made["versionNumber"].as_i64().unwrap()
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
    pub(crate) async fn get(&self, who: &Person, rest: &str) -> Reply {
        let request = self.server.get(&self.path(rest));
        request.bearer(&who.token).send().await
    }
    pub(crate) fn posting(&self, who: &Person, rest: &str, body: &Value) -> Request {
        let request = self.server.post(&self.path(rest));
        request.bearer(&who.token).json(body)
    }
    pub(crate) async fn post(&self, who: &Person, rest: &str, body: Value) -> Reply {
        self.posting(who, rest, &body).send().await
    }
    pub(crate) async fn put(&self, who: &Person, rest: &str, body: Value) -> Reply {
        let request = self.server.put(&self.path(rest));
        request.bearer(&who.token).json(&body).send().await
    }
    pub(crate) async fn delete(&self, who: &Person, rest: &str) -> Reply {
        let request = self.server.delete(&self.path(rest));
        request.bearer(&who.token).send().await
    }

    /// A chat that must be made.
    pub(crate) async fn chat(&self, who: &Person, body: Value) -> Value {
        self.post(who, "/chats", body).await.expect(200)
    }

    /// How many rows a list has for G.
    pub(crate) async fn total(&self, list: &str) -> i64 {
        let page = self.get(&self.g, list).await.expect(200);
        page["total"].as_i64().unwrap()
    }

    /// Everything that creating a chat may leave behind.
    pub(crate) async fn left(&self) -> [i64; 4] {
        [
            self.total("/chats").await,
            self.total("/chats?archived=true").await,
            self.total("/assignments").await,
            self.total("/members").await,
        ]
    }
}

/// A person with a session.
pub(crate) async fn person(server: &TestServer, name: &str, role: Option<Role>) -> Person {
    let (member, token) = server.signed_in(name, role, "").await;
    Person {
        number: member.number,
        uuid: member.id.uuid().hyphenated().to_string(),
        token,
    }
}

async fn reachable(server: &TestServer, name: &str, phone: &str, email: &str, out: bool) -> Person {
    let (member, token) = server.signed_in(name, Some(Role::User), "").await;
    let command = UpdateMember {
        phone: Some(Some(phone.to_owned())),
        email: Some(Some(email.to_owned())),
        sms_opted_out: Some(out),
        email_opted_out: Some(out),
        ..UpdateMember::default()
    };
    server.a.update(&member, command).await;
    Person {
        number: member.number,
        uuid: member.id.uuid().hyphenated().to_string(),
        token,
    }
}

/// The value of a field of each row of a page.
pub(crate) fn each(page: &Value, field: &str) -> Vec<Value> {
    let rows = page["items"].as_array().unwrap();
    rows.iter().map(|row| row[field].clone()).collect()
}
