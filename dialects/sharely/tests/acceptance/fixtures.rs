//! Requests and responses that several tests use.

use http::Method;
use parlor_testkit::{TestRequest, TestResponse, TestServer, TestTenant};
use serde_json::{Value, json};

/// The documented response to an invalid token.
pub(crate) fn bad_token_error() -> Value {
    json!({ "error": "Unauthorized", "message": "Invalid or missing access token" })
}

/// The documented response to an unknown space.
pub(crate) fn no_space_error() -> Value {
    json!({ "error": "Error", "message": "Space not found" })
}

/// A UUID that no entity has.
pub(crate) const UNKNOWN_ID: &str = "0192aaaa-bbbb-7ccc-8ddd-eeeeffff0001";

pub(crate) fn exchange_request(server: &TestServer, workspace: &str) -> TestRequest {
    server.post(&format!(
        "/workspaces/{workspace}/generate-access-key-token"
    ))
}

/// Exchanges a tenant's first key for a token.
pub(crate) async fn get_token(server: &TestServer, tenant: &TestTenant) -> String {
    get_token_of_key(server, tenant, &tenant.key).await
}

pub(crate) async fn get_token_of_key(
    server: &TestServer,
    tenant: &TestTenant,
    key: &str,
) -> String {
    let reply = exchange_request(server, &tenant.workspace)
        .header("x-api-key", key)
        .json(&json!({}))
        .send()
        .await;
    reply.expect(200)["token"].as_str().unwrap().to_owned()
}

pub(crate) fn activate_request(
    server: &TestServer,
    tenant: &TestTenant,
    token: &str,
) -> TestRequest {
    server
        .put(&format!(
            "/workspaces/{}/activate-or-retrieve-user-space",
            tenant.workspace
        ))
        .bearer(token)
        .header("organizationid", &tenant.organization)
}

/// Activates the space of a customer's user id.
pub(crate) async fn activate_space(
    server: &TestServer,
    tenant: &TestTenant,
    token: &str,
    customer: &str,
) -> Value {
    activate_request(server, tenant, token)
        .json(&json!({ "customerIdString": customer }))
        .send()
        .await
        .expect(200)
}

/// Activates Ada's space and returns its id.
pub(crate) async fn create_space(server: &TestServer, tenant: &TestTenant, token: &str) -> String {
    let created = activate_space(server, tenant, token, "ada").await;
    created["spaceId"].as_str().unwrap().to_owned()
}

pub(crate) fn group_path(tenant: &TestTenant, space: &str) -> String {
    format!("/v1/workspaces/{}/spaces/{space}/group", tenant.workspace)
}

/// Request that creates a group, without a body.
pub(crate) fn create_group_request(
    server: &TestServer,
    tenant: &TestTenant,
    token: &str,
    space: &str,
) -> TestRequest {
    server
        .post(&group_path(tenant, space))
        .bearer(token)
        .header("organizationid", &tenant.organization)
}

/// Creates a group.
pub(crate) async fn create_group(
    server: &TestServer,
    tenant: &TestTenant,
    token: &str,
    space: &str,
    name: &str,
) -> Value {
    create_group_request(server, tenant, token, space)
        .json(&json!({ "name": name }))
        .send()
        .await
        .expect(200)
}

pub(crate) fn space_path(tenant: &TestTenant, space: &str) -> String {
    format!("/v1/workspaces/{}/spaces/{space}", tenant.workspace)
}

/// Reads a space with the tenant's key.
pub(crate) async fn read_space(
    server: &TestServer,
    tenant: &TestTenant,
    space: &str,
) -> TestResponse {
    server
        .get(&space_path(tenant, space))
        .header("x-api-key", &tenant.key)
        .send()
        .await
}

/// Returns the names of a space's groups, oldest first.
pub(crate) async fn group_names(
    server: &TestServer,
    tenant: &TestTenant,
    space: &str,
) -> Vec<String> {
    let details = read_space(server, tenant, space).await.expect(200);
    let groups = details["spaceGroupConversation"].as_array().unwrap();
    groups
        .iter()
        .map(|group| group["name"].as_str().unwrap().to_owned())
        .collect()
}

/// Request below the versioned workspace path, without a body.
pub(crate) fn versioned_request(
    server: &TestServer,
    tenant: &TestTenant,
    token: &str,
    method: Method,
    path: &str,
) -> TestRequest {
    let path = format!("/v1/workspaces/{}{path}", tenant.workspace);
    server
        .request(method, &path)
        .bearer(token)
        .header("organizationid", &tenant.organization)
}

/// Returns a string field.
pub(crate) fn text<'v>(value: &'v Value, key: &str) -> &'v str {
    value[key].as_str().unwrap()
}

/// Returns a string field of every object in a list.
pub(crate) fn text_fields<'v>(list: &'v Value, key: &str) -> Vec<&'v str> {
    let items = list.as_array().unwrap().iter();
    items.map(|item| item[key].as_str().unwrap()).collect()
}

/// Server with a tenant's token and the space of a user, Ada.
pub(crate) struct TestSpace {
    pub(crate) server: TestServer,
    /// Token of the first key.
    pub(crate) token: String,
    /// Ada's space.
    pub(crate) space: String,
    /// Ada's own token.
    pub(crate) ada: String,
}

impl TestSpace {
    pub(crate) async fn create(server: TestServer) -> Self {
        let token = get_token(&server, &server.a).await;
        let created = activate_space(&server, &server.a, &token, "ada").await;
        Self {
            token,
            space: text(&created, "spaceId").to_owned(),
            ada: text(&created, "token").to_owned(),
            server,
        }
    }

    /// Request below the space's path.
    pub(crate) fn request(&self, method: Method, path: &str) -> TestRequest {
        self.request_as(&self.token, method, path)
    }

    pub(crate) fn request_as(&self, token: &str, method: Method, path: &str) -> TestRequest {
        let path = format!("/spaces/{}{path}", self.space);
        versioned_request(&self.server, &self.server.a, token, method, &path)
    }

    /// Creates a group and returns its id.
    pub(crate) async fn create_group(&self, name: &str) -> String {
        let created =
            create_group(&self.server, &self.server.a, &self.token, &self.space, name).await;
        text(&created, "id").to_owned()
    }

    /// Saves a message.
    pub(crate) async fn save_message(&self, body: &Value) -> Value {
        self.request(Method::POST, "/message")
            .json(body)
            .send()
            .await
            .expect(200)
    }

    /// Lists the messages of a group or of the default group.
    pub(crate) async fn list_messages(&self, query: &str) -> Value {
        let path = format!("/message{query}");
        self.request(Method::GET, &path).send().await.expect(200)["messages"].clone()
    }

    /// Activates another user's space and returns its id and token.
    pub(crate) async fn create_other_space(&self) -> (String, String) {
        let created = activate_space(&self.server, &self.server.a, &self.token, "bob").await;
        (
            text(&created, "spaceId").to_owned(),
            text(&created, "token").to_owned(),
        )
    }

    /// Returns a token of an unbound key with these scopes.
    pub(crate) async fn token_with_scopes(&self, scopes: &str) -> String {
        let key = self.server.a.create_key(scopes, None).await;
        get_token_of_key(&self.server, &self.server.a, &key).await
    }
}
