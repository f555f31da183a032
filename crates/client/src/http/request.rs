//! One HTTP request with retries.

use std::time::Duration;

use reqwest::header::{CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue, RETRY_AFTER};
use reqwest::{Method, Response, StatusCode, Url};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use super::client::Client;
use crate::backoff::RetrySchedule;
use crate::close::ConnectionError;
use crate::error::{ApiError, Error, FieldError};

const API_KEY_HEADER: HeaderName = HeaderName::from_static("x-api-key");
const IDEMPOTENCY_KEY_HEADER: HeaderName = HeaderName::from_static("idempotency-key");
const REPLAYED_HEADER: &str = "idempotent-replayed";

/// Request to send.
pub(super) struct ApiRequest {
    method: Method,
    url: Url,
    body: Option<Vec<u8>>,
    /// Idempotency key, by which the server executes the request once.
    idempotency_key: Option<String>,
    /// Whether sending the request twice has the effect of sending it once.
    is_idempotent: bool,
}

/// Successful response.
pub(super) struct ApiResponse<T> {
    pub(super) body: T,
    /// The server replayed the response of an earlier request.
    pub(super) replayed: bool,
}

#[derive(Deserialize)]
struct ErrorResponse {
    detail: String,
    error_code: String,
    #[serde(default)]
    errors: Vec<FieldError>,
}

impl ApiRequest {
    pub(super) fn new(method: Method, url: Url) -> Self {
        Self {
            is_idempotent: method != Method::DELETE,
            method,
            url,
            body: None,
            idempotency_key: None,
        }
    }

    pub(super) fn body(mut self, body: &impl Serialize) -> Result<Self, Error> {
        let bytes = serde_json::to_vec(body);
        self.body = Some(bytes.map_err(|_| Error::InvalidRequest("the body is no JSON"))?);
        Ok(self)
    }

    pub(super) fn idempotency_key(mut self, id: String) -> Self {
        self.idempotency_key = Some(id);
        self
    }

    fn query(mut self, name: &str, value: &str) -> Self {
        self.url.query_pairs_mut().append_pair(name, value);
        self
    }

    /// Adds a query parameter if it has a value.
    pub(super) fn query_opt(self, name: &str, value: Option<impl ToString>) -> Self {
        match value {
            Some(value) => self.query(name, &value.to_string()),
            None => self,
        }
    }

    pub(super) async fn send<T: DeserializeOwned>(
        self,
        client: &Client,
    ) -> Result<ApiResponse<T>, Error> {
        let mut schedule = RetrySchedule::new(client.backoff.clone());
        loop {
            let error = match self.send_once(client).await {
                Ok(response) => return Ok(response),
                Err(error) => error,
            };
            let is_retryable_error = self.is_idempotent && is_retryable(&error);
            let delay = is_retryable_error
                .then(|| schedule.next_delay(&ConnectionError::Interrupted))
                .flatten();
            let Some(delay) = delay else {
                return Err(error);
            };
            tokio::time::sleep(delay.max(retry_after(&error, client.backoff.cap))).await;
        }
    }

    async fn send_once<T: DeserializeOwned>(
        &self,
        client: &Client,
    ) -> Result<ApiResponse<T>, Error> {
        let mut request = client
            .http
            .request(self.method.clone(), self.url.clone())
            .header(API_KEY_HEADER, client.api_key.clone());
        if let Some(id) = &self.idempotency_key {
            request = request.header(IDEMPOTENCY_KEY_HEADER, id);
        }
        if let Some(body) = &self.body {
            request = request
                .header(CONTENT_TYPE, HeaderValue::from_static("application/json"))
                .body(body.clone());
        }
        let response = request.send().await.map_err(Error::from_transport)?;
        decode_response(response).await
    }
}

async fn decode_response<T: DeserializeOwned>(response: Response) -> Result<ApiResponse<T>, Error> {
    let (status, headers) = (response.status(), response.headers().clone());
    let bytes = response.bytes().await.map_err(Error::from_transport)?;
    let unexpected = Error::UnexpectedResponse {
        status: status.as_u16(),
    };
    if !status.is_success() {
        let body: ErrorResponse = serde_json::from_slice(&bytes).map_err(|_| unexpected)?;
        return Err(api_error(status, &headers, body));
    }
    Ok(ApiResponse {
        body: serde_json::from_slice(&bytes).map_err(|_| unexpected)?,
        replayed: headers
            .get(REPLAYED_HEADER)
            .is_some_and(|value| value == "true"),
    })
}

fn api_error(status: StatusCode, headers: &HeaderMap, body: ErrorResponse) -> Error {
    let header = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    let seconds = header(RETRY_AFTER.as_str()).and_then(|text| text.parse().ok());
    Error::Api(Box::new(ApiError {
        status: Some(status.as_u16()),
        code: body.error_code,
        detail: body.detail,
        field_errors: body.errors,
        retry_after: seconds.map(Duration::from_secs),
        request_id: header("x-request-id").map(str::to_owned),
    }))
}

/// Returns whether the same request may succeed later.
fn is_retryable(error: &Error) -> bool {
    match error {
        Error::Transport(_) => true,
        other => matches!(other.status(), Some(429 | 502 | 503 | 504)),
    }
}

/// Returns the server's `Retry-After`, at most `cap`.
fn retry_after(error: &Error, cap: Duration) -> Duration {
    match error {
        Error::Api(error) => error.retry_after.unwrap_or_default().min(cap),
        _ => Duration::ZERO,
    }
}
