//! One attempt of a webhook: one connection, no redirects, a bounded response.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::header::{CONTENT_TYPE, HOST, USER_AGENT};
use http::{HeaderValue, Method, Request, Uri};
use http_body_util::Full;
use parlor_engine::event_rule::WebhookTarget;
use parlor_engine::outbound::AgentResponseStream;
use parlor_model::outbox::{AttemptOutcome, AttemptResult, Delivery, DeliveryFailureReason};
use parlor_model::redacted::Redacted;
use parlor_model::time::Clock;
use tokio::time::Instant;

use super::WebhookSettings;
use super::classify::{classify_error, classify_response};
use super::sign::sign;
use crate::AllowedNetworks;
use crate::agent_server::{AgentClientLimits, HttpAgentResponseStream, send_request};
use crate::dial::Dialer;

/// Bytes of a response that are read and kept.
const MAX_RESPONSE_BYTES: usize = 16 * 1024;
/// Time to establish a connection, TLS included.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);
/// Time to read the kept part of a response.
const BODY_TIMEOUT: Duration = Duration::from_secs(5);
const MICROS_PER_SECOND: i64 = 1_000_000;

/// Client of the receivers of webhooks.
pub struct WebhookClient {
    dialer: Dialer,
    allow_http: bool,
    timeout: Duration,
    clock: Arc<dyn Clock>,
}

impl WebhookClient {
    /// Creates a client that calls receivers in these networks only.
    pub fn new(
        networks: AllowedNetworks,
        settings: &WebhookSettings,
        clock: Arc<dyn Clock>,
    ) -> Self {
        Self {
            dialer: Dialer::new(networks),
            allow_http: settings.allow_http,
            timeout: settings.timeout,
            clock,
        }
    }

    /// Returns the longest time of an attempt.
    pub(crate) fn max_duration(&self) -> Duration {
        CONNECT_TIMEOUT + self.timeout + BODY_TIMEOUT
    }

    /// Makes one attempt.
    pub(crate) async fn send(&self, delivery: &Delivery, target: &WebhookTarget) -> AttemptResult {
        let without_response = |outcome| AttemptResult {
            outcome,
            status: None,
            response: None,
        };
        let (uri, request) = match self.build_request(delivery, target) {
            Ok(built) => built,
            Err(reason) => return without_response(AttemptOutcome::Permanent(reason)),
        };
        let limits = AgentClientLimits {
            connect_timeout: CONNECT_TIMEOUT,
            head_timeout: self.timeout,
            idle_timeout: BODY_TIMEOUT,
            total_timeout: self.timeout + BODY_TIMEOUT,
            max_bytes: usize::MAX,
        };
        let (response, connection) = match send_request(&self.dialer, limits, &uri, request).await {
            Ok(answered) => answered,
            Err(error) => return without_response(classify_error(error)),
        };
        let status = response.status();
        let outcome = classify_response(status, response.headers(), self.clock.now());
        let deadline = Instant::now() + BODY_TIMEOUT;
        let body = response.into_body();
        let body = HttpAgentResponseStream::new(body, connection, limits, deadline);
        AttemptResult {
            outcome,
            status: Some(status.as_u16()),
            response: Some(read_beginning(body).await),
        }
    }

    fn build_request(
        &self,
        delivery: &Delivery,
        target: &WebhookTarget,
    ) -> Result<(Uri, Request<Full<Bytes>>), DeliveryFailureReason> {
        let invalid = DeliveryFailureReason::InvalidUrl;
        let uri: Uri = target.url.parse().map_err(|_| invalid)?;
        match uri.scheme_str() {
            Some("https") => {}
            Some("http") if self.allow_http => {}
            _ => return Err(invalid),
        }
        // User name and password of the URL are not sent.
        let authority = uri.authority().ok_or(invalid)?;
        let host = authority.as_str().rsplit('@').next().unwrap_or_default();
        let path = uri.path_and_query().map_or("/", |path| path.as_str());
        let payload = delivery.payload.as_ref();
        let body = payload.map(|payload| payload.0.clone()).unwrap_or_default();
        let seconds = self.clock.now().micros().div_euclid(MICROS_PER_SECOND);
        let id = delivery.id.uuid().to_string();
        let signed = sign(&id, seconds, &body, &target.secrets);
        let mut headers = signed.ok_or(DeliveryFailureReason::NoSecret)?;
        let host = HeaderValue::from_str(host).map_err(|_| invalid)?;
        headers.insert(HOST, host);
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        headers.insert(USER_AGENT, HeaderValue::from_static("parlor"));
        let mut request = Request::new(Full::new(Bytes::from(body)));
        *request.method_mut() = Method::POST;
        *request.uri_mut() = path.parse().map_err(|_| invalid)?;
        *request.headers_mut() = headers;
        Ok((uri, request))
    }
}

/// Reads the first bytes of a response as text. The head has decided, so an error only ends it.
async fn read_beginning(mut body: HttpAgentResponseStream) -> Redacted<String> {
    let mut bytes = Vec::new();
    while bytes.len() < MAX_RESPONSE_BYTES {
        match body.next_chunk().await {
            Ok(Some(chunk)) => bytes.extend_from_slice(&chunk),
            Ok(None) | Err(_) => break,
        }
    }
    bytes.truncate(MAX_RESPONSE_BYTES);
    // PostgreSQL cannot store U+0000.
    Redacted(String::from_utf8_lossy(&bytes).replace('\0', "\u{fffd}"))
}
