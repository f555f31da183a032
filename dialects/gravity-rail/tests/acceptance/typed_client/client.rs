//! Sends the client's requests and reads its responses.

use parlor_model::workspace::ListShape;
use parlor_testkit::{Reader, TestResponse, TestServer};
use serde_json::Value;

use crate::list_shape::set_list_shape;

pub(super) struct TypedClient {
    pub(super) server: TestServer,
    pub(super) workspace: String,
    pub(super) key: String,
    pub(super) shape: ListShape,
}

impl TypedClient {
    pub(super) async fn send_request(
        &self,
        method: &str,
        path: &str,
        body: Option<Value>,
    ) -> TestResponse {
        let mut request = self.server.request(method.parse().unwrap(), path);
        if let Some(body) = &body {
            request = request.json(body);
        }
        request.bearer(&self.key).send().await
    }
    pub(super) fn path(&self, rest: &str) -> String {
        format!("/api/v2/w/{}{rest}", self.workspace)
    }
    pub(super) async fn get(&self, rest: &str) -> Reader {
        let reply = self.send_request("GET", &self.path(rest), None).await;
        Reader::new(format!("GET {rest}"), reply.expect(200))
    }
    pub(super) async fn send(&self, method: &str, rest: &str, body: Value) -> Reader {
        let reply = self
            .send_request(method, &self.path(rest), Some(body))
            .await;
        Reader::new(format!("{method} {rest}"), reply.expect(200))
    }
    pub(super) async fn post(&self, rest: &str, body: Value) -> Reader {
        self.send("POST", rest, body).await
    }
    pub(super) async fn delete(&self, rest: &str) {
        let reply = self.send_request("DELETE", &self.path(rest), None).await;
        assert_eq!(reply.status, 204, "DELETE {rest}: {}", reply.text());
    }
    /// Returns the rows of a list in the client's shape.
    pub(super) fn list_rows(&self, list: &Reader) -> Vec<Reader> {
        if self.shape == ListShape::Array {
            return list.items();
        }
        let rows = list.field("items").items();
        assert!(list.field("total").number() >= i64::try_from(rows.len()).unwrap());
        assert!(list.field("page").number() >= 1 && list.field("pageSize").number() >= 1);
        rows
    }
    pub(super) async fn list(&self, rest: &str) -> Vec<Reader> {
        self.list_rows(&self.get(rest).await)
    }
    /// Finds the row with an id.
    pub(super) async fn find_in_list(&self, rest: &str, id: i64) -> Reader {
        let found = self
            .list(rest)
            .await
            .into_iter()
            .find(|row| row.field("id").number() == id);
        found.unwrap_or_else(|| panic!("{rest} lacks {id}"))
    }
}

pub(super) async fn create_client(server: TestServer, wanted: ListShape) -> TypedClient {
    set_list_shape(&server, wanted).await;
    TypedClient {
        workspace: server.a.workspace.clone(),
        key: server.a.key.clone(),
        server,
        shape: wanted,
    }
}
