//! Files that callers name by an address: one request for each, and no redirect is followed.

use std::time::Duration;

use bytes::Bytes;
use http::header::{ACCEPT, CONTENT_LENGTH, CONTENT_TYPE, HOST, USER_AGENT};
use http::{HeaderMap, HeaderValue, Request, StatusCode, Uri};
use http_body_util::Empty;
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;
use parlor_engine::outbound::{AgentServerError, Download, Downloading, Downloads};
use tokio::time::{Instant, timeout};

use crate::agent_server::{
    AgentClientLimits, ConnectionTask, HttpAgentResponseStream, MAX_HEAD_BYTES,
};
use crate::dial::{self, Dialer};
use crate::{AllowedNetworks, agent_server};

/// Fetches files over HTTP from the networks that may be reached.
pub struct HttpDownloads {
    dialer: Dialer,
    limits: AgentClientLimits,
}

impl HttpDownloads {
    /// From servers in these networks.
    pub fn new(networks: AllowedNetworks) -> Self {
        Self {
            dialer: Dialer::new(networks),
            limits: AgentClientLimits {
                idle_timeout: Duration::from_secs(20),
                ..agent_server::AgentClientLimits::default()
            },
        }
    }

    async fn request(&self, address: &str, limit: u64) -> Result<Download, AgentServerError> {
        let limits = AgentClientLimits {
            max_bytes: usize::try_from(limit).unwrap_or(usize::MAX),
            ..self.limits
        };
        let ends = Instant::now() + limits.connect_timeout + limits.total_timeout;
        let uri: Uri = address.parse().map_err(|_| AgentServerError::Unreachable)?;
        let request = request(&uri)?;
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
        if response.status() != StatusCode::OK {
            return Err(AgentServerError::UnexpectedResponse);
        }
        let headers = response.headers();
        let length = text(headers, &CONTENT_LENGTH).and_then(|length| length.parse().ok());
        if length.is_some_and(|length: u64| length > limit) {
            return Err(AgentServerError::TooLarge);
        }
        let media_type = text(headers, &CONTENT_TYPE);
        let answer = HttpAgentResponseStream::new(response.into_body(), connection, limits, ends);
        Ok(Download {
            media_type,
            body: Box::new(answer),
        })
    }
}

impl Downloads for HttpDownloads {
    fn fetch(&self, address: String, limit: u64) -> Downloading<'_> {
        Box::pin(async move { self.request(&address, limit).await })
    }
}

fn text(headers: &HeaderMap, name: &http::HeaderName) -> Option<String> {
    let value = headers.get(name)?.to_str().ok()?;
    Some(value.to_owned())
}

/// A request without anything of the caller's but the address.
fn request(uri: &Uri) -> Result<Request<Empty<Bytes>>, AgentServerError> {
    let authority = uri.authority().ok_or(AgentServerError::Unreachable)?;
    // Names and passwords in an address are nobody's to send on.
    let host = authority.as_str().rsplit('@').next().unwrap_or_default();
    let path = uri.path_and_query().map_or("/", |path| path.as_str());
    let mut request = Request::new(Empty::new());
    *request.uri_mut() = path.parse().map_err(|_| AgentServerError::Unreachable)?;
    let host = HeaderValue::from_str(host).map_err(|_| AgentServerError::Unreachable)?;
    let headers = request.headers_mut();
    headers.insert(HOST, host);
    headers.insert(ACCEPT, HeaderValue::from_static("*/*"));
    headers.insert(USER_AGENT, HeaderValue::from_static("parlor"));
    Ok(request)
}
