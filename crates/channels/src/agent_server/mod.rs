//! HTTP client for customers' agent servers: one connection per request, redirects are not followed.

mod response;
mod send;

use std::time::Duration;

use bytes::Bytes;
use http::header::{ACCEPT, CONTENT_TYPE, HOST, USER_AGENT};
use http::{HeaderName, HeaderValue, Method, Request, StatusCode, Uri};
use http_body_util::Full;
use parlor_engine::outbound::{
    AgentClient, AgentResponseFuture, AgentResponseStream, AgentServerError, AgentServerRequest,
};
use tokio::time::Instant;

pub(crate) use self::response::{ConnectionTask, HttpAgentResponseStream};
pub(crate) use self::send::send_request;
use crate::AllowedNetworks;
use crate::dial::Dialer;

const EVENT_STREAM_MEDIA_TYPE: &str = "text/event-stream";

/// Limits of one exchange with an agent server.
#[derive(Debug, Clone, Copy)]
pub struct AgentClientLimits {
    /// Time to establish the connection, TLS included.
    pub connect_timeout: Duration,
    /// Time from then until the response head.
    pub head_timeout: Duration,
    /// Time between two chunks of the response.
    pub idle_timeout: Duration,
    /// Total time of the exchange after connecting.
    pub total_timeout: Duration,
    /// Maximum body size in bytes.
    pub max_bytes: usize,
}

impl Default for AgentClientLimits {
    fn default() -> Self {
        Self {
            connect_timeout: Duration::from_secs(5),
            head_timeout: Duration::from_secs(20),
            idle_timeout: Duration::from_secs(60),
            total_timeout: Duration::from_secs(300),
            max_bytes: 4 * 1024 * 1024,
        }
    }
}

/// [`AgentClient`] over HTTP/1.1.
pub struct HttpAgentClient {
    dialer: Dialer,
    limits: AgentClientLimits,
}

impl HttpAgentClient {
    /// Creates a client that calls servers in these networks only.
    pub const fn new(networks: AllowedNetworks, limits: AgentClientLimits) -> Self {
        Self {
            dialer: Dialer::new(networks),
            limits,
        }
    }

    async fn exchange(
        &self,
        request: AgentServerRequest,
    ) -> Result<Box<dyn AgentResponseStream>, AgentServerError> {
        let limits = self.limits;
        let deadline = Instant::now() + limits.connect_timeout + limits.total_timeout;
        let uri: Uri = request
            .address
            .parse()
            .map_err(|_| AgentServerError::Unreachable)?;
        let http_request = build_request(&uri, request)?;
        let (response, connection) = send_request(&self.dialer, limits, &uri, http_request).await?;
        let content_type = response.headers().get(CONTENT_TYPE);
        let is_stream = content_type
            .and_then(|value| value.to_str().ok())
            .and_then(|value| value.split(';').next())
            .is_some_and(|media_type| {
                media_type
                    .trim()
                    .eq_ignore_ascii_case(EVENT_STREAM_MEDIA_TYPE)
            });
        if response.status() != StatusCode::OK || !is_stream {
            return Err(AgentServerError::UnexpectedResponse);
        }
        let body = response.into_body();
        Ok(Box::new(HttpAgentResponseStream::new(
            body, connection, limits, deadline,
        )))
    }
}

impl AgentClient for HttpAgentClient {
    fn send(&self, request: AgentServerRequest) -> AgentResponseFuture<'_> {
        Box::pin(self.exchange(request))
    }
}

fn build_request(
    uri: &Uri,
    request: AgentServerRequest,
) -> Result<Request<Full<Bytes>>, AgentServerError> {
    let authority = uri.authority().ok_or(AgentServerError::Unreachable)?;
    let mut http_request = Request::new(Full::from(request.body.0));
    *http_request.method_mut() = Method::POST;
    *http_request.uri_mut() = uri
        .path()
        .parse()
        .map_err(|_| AgentServerError::Unreachable)?;
    let value = |text: &str| HeaderValue::from_str(text).map_err(|_| AgentServerError::Unreachable);
    let headers = http_request.headers_mut();
    headers.insert(HOST, value(authority.as_str())?);
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    headers.insert(ACCEPT, HeaderValue::from_static(EVENT_STREAM_MEDIA_TYPE));
    headers.insert(USER_AGENT, HeaderValue::from_static("parlor"));
    for (name, text) in request.headers {
        let mut text = value(&text.0)?;
        text.set_sensitive(true);
        let name: HeaderName = name.parse().map_err(|_| AgentServerError::Unreachable)?;
        headers.insert(name, text);
    }
    Ok(http_request)
}
