//! The calls of this API, as a client would make them.

use http::Method;
use parlor_testkit::{Reply, Request, Tenant, TestServer};
use serde_json::{Value, json};

/// What the page on creating a group shows for a bad token.
pub(crate) fn bad_token() -> Value {
    json!({ "error": "Unauthorized", "message": "Invalid or missing access token" })
}

/// What the same page shows for an unknown space.
pub(crate) fn no_space() -> Value {
    json!({ "error": "Error", "message": "Space not found" })
}

/// A UUID that nothing has.
pub(crate) const NOBODY: &str = "0192aaaa-bbbb-7ccc-8ddd-eeeeffff0001";

pub(crate) fn exchange(server: &TestServer, workspace: &str) -> Request {
    server.post(&format!(
        "/workspaces/{workspace}/generate-access-key-token"
    ))
}

/// A fresh token of a tenant's first key.
pub(crate) async fn token(server: &TestServer, tenant: &Tenant) -> String {
    token_of(server, tenant, &tenant.key).await
}

pub(crate) async fn token_of(server: &TestServer, tenant: &Tenant, key: &str) -> String {
    let reply = exchange(server, &tenant.workspace)
        .header("x-api-key", key)
        .json(&json!({}))
        .send()
        .await;
    reply.expect(200)["token"].as_str().unwrap().to_owned()
}

pub(crate) fn activate(server: &TestServer, tenant: &Tenant, token: &str) -> Request {
    server
        .put(&format!(
            "/workspaces/{}/activate-or-retrieve-user-space",
            tenant.workspace
        ))
        .bearer(token)
        .header("organizationid", &tenant.organization)
}

/// The answer for a customer's id.
pub(crate) async fn activated(
    server: &TestServer,
    tenant: &Tenant,
    token: &str,
    customer: &str,
) -> Value {
    activate(server, tenant, token)
        .json(&json!({ "customerIdString": customer }))
        .send()
        .await
        .expect(200)
}

/// A new user's space.
pub(crate) async fn space(server: &TestServer, tenant: &Tenant, token: &str) -> String {
    let made = activated(server, tenant, token, "ada").await;
    made["spaceId"].as_str().unwrap().to_owned()
}

pub(crate) fn group_path(tenant: &Tenant, space: &str) -> String {
    format!("/v1/workspaces/{}/spaces/{space}/group", tenant.workspace)
}

/// A group to be made, with everything but a body and its type.
pub(crate) fn group(server: &TestServer, tenant: &Tenant, token: &str, space: &str) -> Request {
    server
        .post(&group_path(tenant, space))
        .bearer(token)
        .header("organizationid", &tenant.organization)
}

/// A group that was made.
pub(crate) async fn grouped(
    server: &TestServer,
    tenant: &Tenant,
    token: &str,
    space: &str,
    name: &str,
) -> Value {
    group(server, tenant, token, space)
        .json(&json!({ "name": name }))
        .send()
        .await
        .expect(200)
}

pub(crate) fn space_path(tenant: &Tenant, space: &str) -> String {
    format!("/v1/workspaces/{}/spaces/{space}", tenant.workspace)
}

/// The space as its key reads it.
pub(crate) async fn read(server: &TestServer, tenant: &Tenant, space: &str) -> Reply {
    server
        .get(&space_path(tenant, space))
        .header("x-api-key", &tenant.key)
        .send()
        .await
}

/// The names of a space's groups, oldest first.
pub(crate) async fn names(server: &TestServer, tenant: &Tenant, space: &str) -> Vec<String> {
    let whole = read(server, tenant, space).await.expect(200);
    let groups = whole["spaceGroupConversation"].as_array().unwrap();
    groups
        .iter()
        .map(|group| group["name"].as_str().unwrap().to_owned())
        .collect()
}

/// A request below the versioned workspace, with everything but a body.
pub(crate) fn v1(
    server: &TestServer,
    tenant: &Tenant,
    token: &str,
    method: Method,
    path: &str,
) -> Request {
    let path = format!("/v1/workspaces/{}{path}", tenant.workspace);
    server
        .request(method, &path)
        .bearer(token)
        .header("organizationid", &tenant.organization)
}

/// A text of an answer.
pub(crate) fn text<'v>(value: &'v Value, key: &str) -> &'v str {
    value[key].as_str().unwrap()
}

/// One of the texts of a list of objects.
pub(crate) fn each<'v>(list: &'v Value, key: &str) -> Vec<&'v str> {
    let items = list.as_array().unwrap().iter();
    items.map(|item| item[key].as_str().unwrap()).collect()
}

/// A tenant's caller and a user's space: most tests begin so.
pub(crate) struct Room {
    pub(crate) server: TestServer,
    /// A token of the first key.
    pub(crate) token: String,
    /// Ada's space.
    pub(crate) space: String,
    /// Ada's own token.
    pub(crate) ada: String,
}

impl Room {
    pub(crate) async fn of(server: TestServer) -> Self {
        let token = token(&server, &server.a).await;
        let made = activated(&server, &server.a, &token, "ada").await;
        Self {
            token,
            space: text(&made, "spaceId").to_owned(),
            ada: text(&made, "token").to_owned(),
            server,
        }
    }

    /// A request below the space.
    pub(crate) fn ask(&self, method: Method, path: &str) -> Request {
        self.ask_as(&self.token, method, path)
    }

    pub(crate) fn ask_as(&self, token: &str, method: Method, path: &str) -> Request {
        let path = format!("/spaces/{}{path}", self.space);
        v1(&self.server, &self.server.a, token, method, &path)
    }

    /// The id of a new group.
    pub(crate) async fn group(&self, name: &str) -> String {
        let made = grouped(&self.server, &self.server.a, &self.token, &self.space, name).await;
        text(&made, "id").to_owned()
    }

    /// A message that was kept.
    pub(crate) async fn say(&self, body: &Value) -> Value {
        self.ask(Method::POST, "/message")
            .json(body)
            .send()
            .await
            .expect(200)
    }

    /// The messages of a group, or of the space's first one.
    pub(crate) async fn said(&self, query: &str) -> Value {
        let path = format!("/message{query}");
        self.ask(Method::GET, &path).send().await.expect(200)["messages"].clone()
    }

    /// Another user's space and its token.
    pub(crate) async fn neighbour(&self) -> (String, String) {
        let made = activated(&self.server, &self.server.a, &self.token, "bob").await;
        (
            text(&made, "spaceId").to_owned(),
            text(&made, "token").to_owned(),
        )
    }

    /// A token of a key with these scopes that acts for nobody.
    pub(crate) async fn weak(&self, scopes: &str) -> String {
        let key = self.server.a.another_key(scopes, None).await;
        token_of(&self.server, &self.server.a, &key).await
    }
}
