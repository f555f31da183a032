//! HTTP requests to a test server, and their responses.

use http::{HeaderMap, Method};
use serde_json::Value;

/// Request builder. Redirects are not followed.
#[must_use]
pub struct TestRequest(reqwest::RequestBuilder);

/// Complete response.
#[derive(Debug, Clone)]
pub struct TestResponse {
    /// Status code.
    pub status: u16,
    /// Headers.
    pub headers: HeaderMap,
    /// Body.
    pub bytes: Vec<u8>,
}

impl TestRequest {
    pub(crate) fn new(client: &reqwest::Client, method: Method, url: String) -> Self {
        Self(client.request(method, url))
    }

    /// Builds a request to a complete URL with a test server's client.
    pub fn to(client: &reqwest::Client, method: Method, url: String) -> Self {
        Self::new(client, method, url)
    }

    /// Adds a header.
    pub fn header(self, name: &str, value: impl AsRef<str>) -> Self {
        Self(self.0.header(name, value.as_ref()))
    }
    /// Adds `Authorization: Bearer`.
    pub fn bearer(self, token: impl AsRef<str>) -> Self {
        self.header("authorization", format!("Bearer {}", token.as_ref()))
    }
    /// Sets a JSON body and its `Content-Type`.
    pub fn json(self, body: &Value) -> Self {
        Self(
            self.0
                .header("content-type", "application/json")
                .body(body.to_string()),
        )
    }
    /// Sets a body without a `Content-Type`.
    pub fn body(self, body: impl Into<Vec<u8>>) -> Self {
        Self(self.0.body(body.into()))
    }
    /// Sends the request and waits for the complete response. Of an event stream it reads up to the first event, of a
    /// channel subscription only the head, since it may never send anything.
    pub async fn send(self) -> TestResponse {
        let mut response = self.0.send().await.unwrap();
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        let is_endless = response.content_length().is_none()
            && headers
                .get("content-type")
                .is_some_and(|kind| kind == "text/event-stream");
        let mut bytes = Vec::new();
        let is_subscription = headers
            .get("content-type")
            .is_some_and(|kind| kind == "application/jsonl")
            && response.url().path().ends_with("/subscribe");
        if is_subscription {
            return TestResponse {
                status,
                headers,
                bytes: Vec::new(),
            };
        }
        let is_event = |bytes: &[u8]| is_endless && bytes.windows(2).any(|two| two == b"\n\n");
        while !is_event(&bytes)
            && let Some(chunk) = response.chunk().await.unwrap()
        {
            bytes.extend_from_slice(&chunk);
        }
        TestResponse {
            status,
            headers,
            bytes,
        }
    }
    /// Sends the request and returns the response without reading its body.
    pub async fn send_streaming(self) -> reqwest::Response {
        self.0.send().await.unwrap()
    }
}

impl TestResponse {
    /// Parses the body as JSON.
    #[track_caller]
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.bytes)
            .unwrap_or_else(|error| panic!("{error} in {} {:?}", self.status, self.text()))
    }
    /// Returns the body as text.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.bytes).into_owned()
    }
    /// Returns a header, or an empty text.
    pub fn header(&self, name: &str) -> &str {
        self.headers
            .get(name)
            .map_or("", |value| value.to_str().unwrap_or(""))
    }
    /// Checks the status and parses the body as JSON.
    #[track_caller]
    pub fn expect(&self, status: u16) -> Value {
        assert_eq!(self.status, status, "{}", self.text());
        self.json()
    }
}
