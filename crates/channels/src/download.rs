//! Downloads of files from URLs that callers give: one connection per request, redirects are not followed.

use std::time::Duration;

use bytes::Bytes;
use http::header::{
    ACCEPT, AUTHORIZATION, CONTENT_LENGTH, CONTENT_TYPE, HOST, LOCATION, USER_AGENT,
};
use http::{HeaderMap, HeaderValue, Request, StatusCode, Uri};
use http_body_util::Empty;
use parlor_engine::outbound::{AgentServerError, Download, Downloading, Downloads};
use tokio::time::Instant;

use crate::AllowedNetworks;
use crate::agent_server::{AgentClientLimits, HttpAgentResponseStream, send_request};
use crate::dial::Dialer;

/// [`Downloads`] over HTTP/1.1.
pub struct HttpDownloads {
    dialer: Dialer,
    limits: AgentClientLimits,
}

impl HttpDownloads {
    /// Creates a client that downloads from servers in these networks only.
    pub fn new(networks: AllowedNetworks) -> Self {
        Self {
            dialer: Dialer::new(networks),
            limits: AgentClientLimits {
                idle_timeout: Duration::from_secs(20),
                ..AgentClientLimits::default()
            },
        }
    }

    async fn request(&self, address: &str, limit: u64) -> Result<Download, AgentServerError> {
        match self.get(address, limit, None).await? {
            FileResponse::File(download) => Ok(download),
            FileResponse::Redirect(_) => Err(AgentServerError::UnexpectedResponse),
        }
    }

    /// Makes one request, with credentials if they are given.
    pub(crate) async fn get(
        &self,
        address: &str,
        limit: u64,
        authorization: Option<HeaderValue>,
    ) -> Result<FileResponse, AgentServerError> {
        let limits = AgentClientLimits {
            max_bytes: usize::try_from(limit).unwrap_or(usize::MAX),
            ..self.limits
        };
        let deadline = Instant::now() + limits.connect_timeout + limits.total_timeout;
        let uri: Uri = address.parse().map_err(|_| AgentServerError::Unreachable)?;
        let mut request = build_request(&uri)?;
        if let Some(credentials) = authorization {
            request.headers_mut().insert(AUTHORIZATION, credentials);
        }
        let (response, connection) = send_request(&self.dialer, limits, &uri, request).await?;
        if response.status().is_redirection()
            && let Some(location) = header_text(response.headers(), &LOCATION)
        {
            return Ok(FileResponse::Redirect(location));
        }
        if response.status() != StatusCode::OK {
            return Err(AgentServerError::UnexpectedResponse);
        }
        let headers = response.headers();
        let length = header_text(headers, &CONTENT_LENGTH).and_then(|length| length.parse().ok());
        if length.is_some_and(|length: u64| length > limit) {
            return Err(AgentServerError::TooLarge);
        }
        let media_type = header_text(headers, &CONTENT_TYPE);
        let body = HttpAgentResponseStream::new(response.into_body(), connection, limits, deadline);
        Ok(FileResponse::File(Download {
            media_type,
            body: Box::new(body),
        }))
    }
}

/// Response to a request for a file.
pub(crate) enum FileResponse {
    /// The file.
    File(Download),
    /// It is at another address, which may be relative.
    Redirect(String),
}

impl Downloads for HttpDownloads {
    fn fetch(&self, address: String, limit: u64) -> Downloading<'_> {
        Box::pin(async move { self.request(&address, limit).await })
    }
}

fn header_text(headers: &HeaderMap, name: &http::HeaderName) -> Option<String> {
    let value = headers.get(name)?.to_str().ok()?;
    Some(value.to_owned())
}

/// Builds the request. The URL is the only input from the caller.
fn build_request(uri: &Uri) -> Result<Request<Empty<Bytes>>, AgentServerError> {
    let authority = uri.authority().ok_or(AgentServerError::Unreachable)?;
    // User name and password of the URL are not sent.
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
