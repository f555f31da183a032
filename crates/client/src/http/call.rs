//! One request, made again where that does no harm.

use std::time::Duration;

use reqwest::header::{CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue, RETRY_AFTER};
use reqwest::{Method, Response, StatusCode, Url};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use super::client::Client;
use crate::backoff::Pacer;
use crate::error::{Error, Fault, Refusal};
use crate::socket::closing::Lost;

const KEY: HeaderName = HeaderName::from_static("x-api-key");
const ONCE: HeaderName = HeaderName::from_static("idempotency-key");
const REPLAYED: &str = "idempotent-replayed";

/// A request before it is made.
pub(super) struct Call {
    method: Method,
    url: Url,
    body: Option<Vec<u8>>,
    /// The id under which the server makes it once.
    once: Option<String>,
    /// Whether making it twice is as making it once.
    repeatable: bool,
}

/// What was answered.
pub(super) struct Answered<T> {
    pub(super) body: T,
    /// The server had made it before.
    pub(super) replayed: bool,
}

#[derive(Deserialize)]
struct ErrorBody {
    detail: String,
    error_code: String,
    #[serde(default)]
    errors: Vec<Fault>,
}

impl Call {
    pub(super) fn new(method: Method, url: Url) -> Self {
        Self {
            repeatable: method != Method::DELETE,
            method,
            url,
            body: None,
            once: None,
        }
    }

    pub(super) fn body(mut self, body: &impl Serialize) -> Result<Self, Error> {
        let bytes = serde_json::to_vec(body);
        self.body = Some(bytes.map_err(|_| Error::Invalid("the body is no JSON"))?);
        Ok(self)
    }

    pub(super) fn once(mut self, id: String) -> Self {
        self.once = Some(id);
        self
    }

    fn query(mut self, name: &str, value: &str) -> Self {
        self.url.query_pairs_mut().append_pair(name, value);
        self
    }

    /// A parameter, where there is a value.
    pub(super) fn with(self, name: &str, value: Option<impl ToString>) -> Self {
        match value {
            Some(value) => self.query(name, &value.to_string()),
            None => self,
        }
    }

    pub(super) async fn make<T: DeserializeOwned>(
        self,
        client: &Client,
    ) -> Result<Answered<T>, Error> {
        let mut pacer = Pacer::new(client.backoff.clone());
        loop {
            let error = match self.try_once(client).await {
                Ok(answered) => return Ok(answered),
                Err(error) => error,
            };
            let again = self.repeatable && passes(&error);
            let wait = again.then(|| pacer.wait(&Lost::Broken)).flatten();
            let Some(wait) = wait else {
                return Err(error);
            };
            tokio::time::sleep(wait.max(asked_for(&error, client.backoff.cap))).await;
        }
    }

    async fn try_once<T: DeserializeOwned>(&self, client: &Client) -> Result<Answered<T>, Error> {
        let mut request = client
            .http
            .request(self.method.clone(), self.url.clone())
            .header(KEY, client.key.clone());
        if let Some(id) = &self.once {
            request = request.header(ONCE, id);
        }
        if let Some(body) = &self.body {
            request = request
                .header(CONTENT_TYPE, HeaderValue::from_static("application/json"))
                .body(body.clone());
        }
        let response = request.send().await.map_err(Error::unreached)?;
        read(response).await
    }
}

async fn read<T: DeserializeOwned>(response: Response) -> Result<Answered<T>, Error> {
    let (status, headers) = (response.status(), response.headers().clone());
    let bytes = response.bytes().await.map_err(Error::unreached)?;
    let strange = Error::Strange {
        status: status.as_u16(),
    };
    if !status.is_success() {
        let body: ErrorBody = serde_json::from_slice(&bytes).map_err(|_| strange)?;
        return Err(refused(status, &headers, body));
    }
    Ok(Answered {
        body: serde_json::from_slice(&bytes).map_err(|_| strange)?,
        replayed: headers.get(REPLAYED).is_some_and(|value| value == "true"),
    })
}

fn refused(status: StatusCode, headers: &HeaderMap, body: ErrorBody) -> Error {
    let header = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    let seconds = header(RETRY_AFTER.as_str()).and_then(|text| text.parse().ok());
    Error::Refused(Box::new(Refusal {
        status: Some(status.as_u16()),
        code: body.error_code,
        detail: body.detail,
        faults: body.errors,
        retry_after: seconds.map(Duration::from_secs),
        request_id: header("x-request-id").map(str::to_owned),
    }))
}

/// Whether the same request may be answered otherwise in a moment.
fn passes(error: &Error) -> bool {
    match error {
        Error::Unreached(_) => true,
        other => matches!(other.status(), Some(429 | 502 | 503 | 504)),
    }
}

/// How long the server wants to be left alone, within reason.
fn asked_for(error: &Error, cap: Duration) -> Duration {
    match error {
        Error::Refused(refusal) => refusal.retry_after.unwrap_or_default().min(cap),
        _ => Duration::ZERO,
    }
}
