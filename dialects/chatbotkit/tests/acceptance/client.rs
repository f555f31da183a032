//! A test client of the API, under one of its two prefixes.

use parlor_engine::space;
use parlor_model::Ctx;
use parlor_model::ctx::Actor;
use parlor_model::member::MemberRef;
use parlor_model::space::CreateSpace;
use parlor_testkit::{TestRequest, TestResponse, TestServer};
use serde_json::{Value, json};

/// Expands each body to four tests: two backends times two prefixes. `cases! { @run_with_assistant ... }` runs them on
/// servers whose assistants are `echo`.
macro_rules! cases {
    (async fn $($rest:tt)*) => { $crate::client::cases! { @run async fn $($rest)* } };
    (@$run:ident $($(#[$meta:meta])* async fn $name:ident($client:ident: Client) $body:block)*) => {$(
        pub(crate) mod $name {
            #[allow(unused_imports, reason = "the body may need what stands beside it")]
            use super::*;
            use parlor_testkit::TestBackend::{Postgres, Sqlite};
            use parlor_testkit::backend::$run;

            $(#[$meta])*
            #[allow(unused_mut, reason = "some bodies restart the server")]
            pub(crate) async fn body(mut $client: Client) $body

            #[test]
            fn sqlite() {
                $run(Sqlite, |server| body(Client::new(server, "/api/v1")));
            }
            #[test]
            fn sqlite_short() {
                $run(Sqlite, |server| body(Client::new(server, "/v1")));
            }
            #[test]
            fn postgres() {
                $run(Postgres, |server| body(Client::new(server, "/api/v1")));
            }
            #[test]
            fn postgres_short() {
                $run(Postgres, |server| body(Client::new(server, "/v1")));
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

    /// Returns a client of a second server with an empty database of the same backend.
    pub(crate) async fn with_empty_server(&self) -> Self {
        let server = TestServer::start(self.server.backend).await;
        Self::new(server, self.prefix)
    }

    /// Builds a GET with tenant A's key.
    pub(crate) fn get_request(&self, path: &str) -> TestRequest {
        self.server
            .get(&format!("{}{path}", self.prefix))
            .bearer(&self.server.a.key)
    }

    /// Builds a POST with tenant A's key.
    pub(crate) fn post_request(&self, path: &str) -> TestRequest {
        self.server
            .post(&format!("{}{path}", self.prefix))
            .bearer(&self.server.a.key)
    }

    /// Builds a request without credentials.
    pub(crate) fn anonymous(&self, method: http::Method, path: &str) -> TestRequest {
        self.server
            .request(method, &format!("{}{path}", self.prefix))
    }

    /// Sends a GET with another key.
    pub(crate) async fn get_with_key(&self, key: &str, path: &str) -> TestResponse {
        let path = format!("{}{path}", self.prefix);
        self.server.get(&path).bearer(key).send().await
    }

    /// Sends a POST with another key.
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

    /// Creates a record and returns its id. Asserts that the response has no other field.
    #[track_caller]
    pub(crate) fn create(&self, resource: &str, body: Value) -> impl Future<Output = String> {
        let request = self
            .post_request(&format!("/{resource}/create"))
            .json(&body);
        async move {
            let created = request.send().await.expect(200);
            let id = created["id"].as_str().unwrap().to_owned();
            assert_eq!(created, json!({ "id": id }));
            id
        }
    }

    pub(crate) async fn create_space(&self, body: Value) -> String {
        self.create("space", body).await
    }

    pub(crate) async fn create_contact(&self, body: Value) -> String {
        self.create("contact", body).await
    }

    pub(crate) async fn fetch(&self, resource: &str, id: &str) -> Value {
        self.get(&format!("/{resource}/{id}/fetch"))
            .await
            .expect(200)
    }

    pub(crate) async fn update(&self, resource: &str, id: &str, body: Value) {
        let reply = self.post(&format!("/{resource}/{id}/update"), &body).await;
        assert_eq!(reply.expect(200), json!({ "id": id }));
    }

    pub(crate) async fn delete(&self, resource: &str, id: &str) {
        let reply = self
            .post(&format!("/{resource}/{id}/delete"), &json!({}))
            .await;
        assert_eq!(reply.expect(200), json!({ "id": id }));
    }

    /// Returns the ids and the cursor of a page of spaces.
    pub(crate) async fn page(&self, query: &str) -> (Vec<String>, String) {
        let page = self.get(&format!("/space/list?{query}")).await.expect(200);
        let cursor = page["cursor"].as_str().unwrap().to_owned();
        (item_ids(&page), cursor)
    }

    /// Returns the ids of the spaces that a query finds, in order.
    pub(crate) async fn list(&self, query: &str) -> Vec<String> {
        self.page(query).await.0
    }

    /// Counts the records of a resource.
    pub(crate) async fn count(&self, resource: &str) -> usize {
        let all = self.get(&format!("/{resource}/export")).await.expect(200);
        item_ids(&all).len()
    }

    /// Creates many spaces through the engine. Returns their ids, oldest first.
    pub(crate) async fn seed(
        &self,
        count: usize,
        build: impl Fn(usize) -> CreateSpace,
    ) -> Vec<String> {
        let mut ids = Vec::with_capacity(count);
        let all: Vec<usize> = (0..count).collect();
        for chunk in all.chunks(50) {
            let mut running = tokio::task::JoinSet::new();
            for n in chunk {
                let (engine, ctx) = (self.server.engine.clone(), self.server.a.ctx());
                let command = build(*n);
                running.spawn(async move { space::create(&engine, &ctx, command).await.unwrap() });
            }
            while let Some(created) = running.join_next().await {
                ids.push(parlor_kit::ids::format_prefixed("space_", created.unwrap()));
            }
        }
        ids.sort_unstable();
        ids
    }
}

/// Returns the context of tenant A with a member as its actor.
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

/// Returns the ids of a page.
#[track_caller]
pub(crate) fn item_ids(page: &Value) -> Vec<String> {
    let items = page["items"].as_array().unwrap();
    let id = |item: &Value| item["id"].as_str().unwrap().to_owned();
    items.iter().map(id).collect()
}

/// Returns a command for a space with a numbered name.
pub(crate) fn numbered_space(n: usize) -> CreateSpace {
    CreateSpace {
        name: Some(format!("space {n}")),
        ..CreateSpace::default()
    }
}

/// Asserts an error response and returns its message.
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
