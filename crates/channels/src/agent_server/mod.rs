//! Customers' servers that answer, by HTTP: one connection for each question, and no redirect is followed.

mod response;

use std::time::Duration;

use bytes::Bytes;
use http::header::{ACCEPT, CONTENT_TYPE, HOST, USER_AGENT};
use http::{HeaderName, HeaderValue, Method, Request, StatusCode, Uri};
use http_body_util::Full;
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;
use parlor_engine::outbound::{
    AgentClient, AgentResponseFuture, AgentResponseStream, AgentServerError, AgentServerRequest,
};
use tokio::time::{Instant, timeout};

pub(crate) use self::response::{ConnectionTask, HttpAgentResponseStream};
use crate::AllowedNetworks;
use crate::dial::{self, Dialer};

const EVENT_STREAM_MEDIA_TYPE: &str = "text/event-stream";
/// Bytes of an answer's head at the most.
pub(crate) const MAX_HEAD_BYTES: usize = 64 * 1024;

/// How long an answer may take, and how long it may be.
#[derive(Debug, Clone, Copy)]
pub struct AgentClientLimits {
    /// Until the server is reached.
    pub connect_timeout: Duration,
    /// From then on until the answer begins.
    pub head_timeout: Duration,
    /// Between two pieces of it.
    pub idle_timeout: Duration,
    /// From beginning to end.
    pub total_timeout: Duration,
    /// Bytes of it.
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

/// The way to customers' servers.
pub struct HttpAgentClient {
    dialer: Dialer,
    limits: AgentClientLimits,
}

impl HttpAgentClient {
    /// Servers in these networks.
    pub const fn new(networks: AllowedNetworks, limits: AgentClientLimits) -> Self {
        Self {
            dialer: Dialer::new(networks),
            limits,
        }
    }

    async fn exchange(
        &self,
        question: AgentServerRequest,
    ) -> Result<Box<dyn AgentResponseStream>, AgentServerError> {
        let limits = self.limits;
        let ends = Instant::now() + limits.connect_timeout + limits.total_timeout;
        let uri: Uri = question
            .address
            .parse()
            .map_err(|_| AgentServerError::Unreachable)?;
        let request = build_request(&uri, question)?;
        let stream = timeout(limits.connect_timeout, dial::open(&self.dialer, &uri))
            .await
            .map_err(|_| AgentServerError::TimedOut)??;
        let answered = async {
            let mut builder = http1::Builder::new();
            builder.max_buf_size(MAX_HEAD_BYTES);
            let shaken = builder.handshake(TokioIo::new(stream)).await;
            let (mut sender, connection) = shaken.map_err(|_| AgentServerError::ConnectionLost)?;
            let connection = ConnectionTask::spawn(connection);
            let response = sender.send_request(request).await;
            let response = response.map_err(|_| AgentServerError::ConnectionLost)?;
            Ok((response, connection))
        };
        let (response, connection) = timeout(limits.head_timeout, answered)
            .await
            .map_err(|_| AgentServerError::TimedOut)??;
        let kind = response.headers().get(CONTENT_TYPE);
        let is_stream = kind
            .and_then(|kind| kind.to_str().ok())
            .and_then(|kind| kind.split(';').next())
            .is_some_and(|kind| kind.trim().eq_ignore_ascii_case(EVENT_STREAM_MEDIA_TYPE));
        if response.status() != StatusCode::OK || !is_stream {
            return Err(AgentServerError::UnexpectedResponse);
        }
        let body = response.into_body();
        Ok(Box::new(HttpAgentResponseStream::new(
            body, connection, limits, ends,
        )))
    }
}

impl AgentClient for HttpAgentClient {
    fn send(&self, question: AgentServerRequest) -> AgentResponseFuture<'_> {
        Box::pin(self.exchange(question))
    }
}

fn build_request(
    uri: &Uri,
    question: AgentServerRequest,
) -> Result<Request<Full<Bytes>>, AgentServerError> {
    let authority = uri.authority().ok_or(AgentServerError::Unreachable)?;
    let mut request = Request::new(Full::from(question.body.0));
    *request.method_mut() = Method::POST;
    *request.uri_mut() = uri
        .path()
        .parse()
        .map_err(|_| AgentServerError::Unreachable)?;
    let value = |text: &str| HeaderValue::from_str(text).map_err(|_| AgentServerError::Unreachable);
    let headers = request.headers_mut();
    headers.insert(HOST, value(authority.as_str())?);
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    headers.insert(ACCEPT, HeaderValue::from_static(EVENT_STREAM_MEDIA_TYPE));
    headers.insert(USER_AGENT, HeaderValue::from_static("parlor"));
    for (name, text) in question.headers {
        let mut text = value(&text.0)?;
        text.set_sensitive(true);
        let name: HeaderName = name.parse().map_err(|_| AgentServerError::Unreachable)?;
        headers.insert(name, text);
    }
    Ok(request)
}
