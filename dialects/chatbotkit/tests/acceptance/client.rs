//! A caller of the API, under one of its two prefixes.

use parlor_engine::space;
use parlor_model::Ctx;
use parlor_model::ctx::Actor;
use parlor_model::member::MemberRef;
use parlor_model::space::CreateSpace;
use parlor_testkit::{TestRequest, TestResponse, TestServer};
use serde_json::{Value, json};

/// Makes of each body four tests: both backends, both prefixes.
macro_rules! cases {
    ($($(#[$meta:meta])* async fn $name:ident($client:ident: Client) $body:block)*) => {$(
        mod $name {
            #[allow(unused_imports, reason = "the body may need what stands beside it")]
            use super::*;
            use parlor_testkit::TestBackend::{Postgres, Sqlite};
            use parlor_testkit::backend::run;

            $(#[$meta])*
            #[allow(unused_mut, reason = "some bodies restart the server")]
            async fn body(mut $client: Client) $body

            #[test]
            fn sqlite() {
                run(Sqlite, |server| body(Client::new(server, "/api/v1")));
            }
            #[test]
            fn sqlite_short() {
                run(Sqlite, |server| body(Client::new(server, "/v1")));
            }
            #[test]
            fn postgres() {
                run(Postgres, |server| body(Client::new(server, "/api/v1")));
            }
            #[test]
            fn postgres_short() {
                run(Postgres, |server| body(Client::new(server, "/v1")));
            }
        }
    )*};
}
pub(crate) use cases;

pub(crate) struct Client {
    pub(crate) server: TestServer,
    prefix: &'static str,
}

impl Client {
    pub(crate) fn new(server: TestServer, prefix: &'static str) -> Self {
        Self { server, prefix }
    }

    /// A caller of another server, on a database of the same kind in which there is nothing.
    pub(crate) async fn with_empty_server(&self) -> Self {
        let server = TestServer::start(self.server.backend).await;
        Self::new(server, self.prefix)
    }

    /// A GET with tenant A's key, not sent yet.
    pub(crate) fn get_request(&self, path: &str) -> TestRequest {
        self.server
            .get(&format!("{}{path}", self.prefix))
            .bearer(&self.server.a.key)
    }

    /// A POST with tenant A's key, not sent yet.
    pub(crate) fn post_request(&self, path: &str) -> TestRequest {
        self.server
            .post(&format!("{}{path}", self.prefix))
            .bearer(&self.server.a.key)
    }

    /// A request without any credential, not sent yet.
    pub(crate) fn anonymous(&self, method: http::Method, path: &str) -> TestRequest {
        self.server
            .request(method, &format!("{}{path}", self.prefix))
    }

    /// A GET with another key.
    pub(crate) async fn get_with_key(&self, key: &str, path: &str) -> TestResponse {
        let path = format!("{}{path}", self.prefix);
        self.server.get(&path).bearer(key).send().await
    }

    /// A POST with another key.
    pub(crate) async fn post_with_key(&self, key: &str, path: &str, body: &Value) -> TestResponse {
        let path = format!("{}{path}", self.prefix);
        self.server.post(&path).bearer(key).json(body).send().await
    }

    pub(crate) async fn get(&self, path: &str) -> TestResponse {
        self.get_request(path).send().await
    }

    pub(crate) async fn post(&self, path: &str, body: &Value) -> TestResponse {
        self.post_request(path).json(body).send().await
    }

    /// Makes something and gives its id; the answer holds nothing else.
    #[track_caller]
    pub(crate) fn create(&self, noun: &str, body: Value) -> impl Future<Output = String> {
        let request = self.post_request(&format!("/{noun}/create")).json(&body);
        async move {
            let made = request.send().await.expect(200);
            let id = made["id"].as_str().unwrap().to_owned();
            assert_eq!(made, json!({ "id": id }));
            id
        }
    }

    pub(crate) async fn create_space(&self, body: Value) -> String {
        self.create("space", body).await
    }

    pub(crate) async fn create_contact(&self, body: Value) -> String {
        self.create("contact", body).await
    }

    pub(crate) async fn fetch(&self, noun: &str, id: &str) -> Value {
        self.get(&format!("/{noun}/{id}/fetch")).await.expect(200)
    }

    pub(crate) async fn update(&self, noun: &str, id: &str, body: Value) {
        let reply = self.post(&format!("/{noun}/{id}/update"), &body).await;
        assert_eq!(reply.expect(200), json!({ "id": id }));
    }

    pub(crate) async fn delete(&self, noun: &str, id: &str) {
        let reply = self.post(&format!("/{noun}/{id}/delete"), &json!({})).await;
        assert_eq!(reply.expect(200), json!({ "id": id }));
    }

    /// A page of spaces: the ids, and the cursor.
    pub(crate) async fn page(&self, query: &str) -> (Vec<String>, String) {
        let page = self.get(&format!("/space/list?{query}")).await.expect(200);
        let cursor = page["cursor"].as_str().unwrap().to_owned();
        (item_ids(&page), cursor)
    }

    /// The ids of the spaces a query finds, in order.
    pub(crate) async fn list(&self, query: &str) -> Vec<String> {
        self.page(query).await.0
    }

    /// How many rows of a noun there are.
    pub(crate) async fn count(&self, noun: &str) -> usize {
        let all = self.get(&format!("/{noun}/export")).await.expect(200);
        item_ids(&all).len()
    }

    /// Makes many spaces past the wire; ids oldest first.
    pub(crate) async fn seed(
        &self,
        count: usize,
        of: impl Fn(usize) -> CreateSpace,
    ) -> Vec<String> {
        let mut ids = Vec::with_capacity(count);
        let all: Vec<usize> = (0..count).collect();
        for stretch in all.chunks(50) {
            let mut running = tokio::task::JoinSet::new();
            for n in stretch {
                let (engine, ctx) = (self.server.engine.clone(), self.server.a.ctx());
                let command = of(*n);
                running.spawn(async move { space::create(&engine, &ctx, command).await.unwrap() });
            }
            while let Some(made) = running.join_next().await {
                ids.push(parlor_kit::ids::format_prefixed("space_", made.unwrap()));
            }
        }
        ids.sort_unstable();
        ids
    }
}

/// The context of a member of tenant A that acts.
pub(crate) fn member_context(client: &Client, member: &MemberRef) -> Ctx {
    let actor = Actor {
        number: member.number,
        id: member.id,
        kind: member.kind,
        role: None,
    };
    Ctx {
        actor: Some(actor),
        ..client.server.a.ctx()
    }
}

/// The ids of a page.
#[track_caller]
pub(crate) fn item_ids(page: &Value) -> Vec<String> {
    let items = page["items"].as_array().unwrap();
    let id = |item: &Value| item["id"].as_str().unwrap().to_owned();
    items.iter().map(id).collect()
}

/// A space with a name.
pub(crate) fn numbered_space(n: usize) -> CreateSpace {
    CreateSpace {
        name: Some(format!("space {n}")),
        ..CreateSpace::default()
    }
}

/// An error in the dialect's words; gives its message.
#[track_caller]
pub(crate) fn assert_error(reply: &TestResponse, status: u16, code: &str) -> String {
    assert_eq!(reply.status, status, "{}", reply.text());
    assert_eq!(reply.header("content-type"), "application/json");
    let body = reply.json();
    assert_eq!(body["code"], code, "{body}");
    let keys: Vec<&String> = body.as_object().unwrap().keys().collect();
    assert_eq!(keys, ["message", "code"]);
    let message = body["message"].as_str().unwrap();
    assert!(!message.is_empty());
    message.to_owned()
}
