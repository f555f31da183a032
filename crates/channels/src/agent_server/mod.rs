//! Customers' servers that answer, by HTTP: one connection for each question, and no redirect is followed.

mod answer;

use std::time::Duration;

use bytes::Bytes;
use http::header::{ACCEPT, CONTENT_TYPE, HOST, USER_AGENT};
use http::{HeaderName, HeaderValue, Method, Request, StatusCode, Uri};
use http_body_util::Full;
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;
use parlor_engine::outbound::{
    AgentAnswer, AgentAsking, AgentFailure, AgentQuestion, AgentServers,
};
use tokio::time::{Instant, timeout};

pub(crate) use self::answer::{Answer, Connection};
use crate::Networks;
use crate::dial::{self, Dialer};

const EVENTS: &str = "text/event-stream";
/// Bytes of an answer's head at the most.
pub(crate) const HEAD_BYTES: usize = 64 * 1024;

/// How long an answer may take, and how long it may be.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Until the server is reached.
    pub connect: Duration,
    /// From then on until the answer begins.
    pub head: Duration,
    /// Between two pieces of it.
    pub silence: Duration,
    /// From beginning to end.
    pub whole: Duration,
    /// Bytes of it.
    pub bytes: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(5),
            head: Duration::from_secs(20),
            silence: Duration::from_secs(60),
            whole: Duration::from_secs(300),
            bytes: 4 * 1024 * 1024,
        }
    }
}

/// The way to customers' servers.
pub struct HttpAgentServers {
    dialer: Dialer,
    limits: Limits,
}

impl HttpAgentServers {
    /// Servers in these networks.
    pub const fn new(networks: Networks, limits: Limits) -> Self {
        Self {
            dialer: Dialer::new(networks),
            limits,
        }
    }

    async fn exchange(
        &self,
        question: AgentQuestion,
    ) -> Result<Box<dyn AgentAnswer>, AgentFailure> {
        let limits = self.limits;
        let ends = Instant::now() + limits.connect + limits.whole;
        let uri: Uri = question
            .address
            .parse()
            .map_err(|_| AgentFailure::Unreachable)?;
        let request = request(&uri, question)?;
        let stream = timeout(limits.connect, dial::open(&self.dialer, &uri))
            .await
            .map_err(|_| AgentFailure::Late)??;
        let answered = async {
            let mut builder = http1::Builder::new();
            builder.max_buf_size(HEAD_BYTES);
            let shaken = builder.handshake(TokioIo::new(stream)).await;
            let (mut sender, connection) = shaken.map_err(|_| AgentFailure::Broken)?;
            let connection = Connection::run(connection);
            let response = sender.send_request(request).await;
            let response = response.map_err(|_| AgentFailure::Broken)?;
            Ok((response, connection))
        };
        let (response, connection) = timeout(limits.head, answered)
            .await
            .map_err(|_| AgentFailure::Late)??;
        let kind = response.headers().get(CONTENT_TYPE);
        let is_stream = kind
            .and_then(|kind| kind.to_str().ok())
            .and_then(|kind| kind.split(';').next())
            .is_some_and(|kind| kind.trim().eq_ignore_ascii_case(EVENTS));
        if response.status() != StatusCode::OK || !is_stream {
            return Err(AgentFailure::Declined);
        }
        let body = response.into_body();
        Ok(Box::new(Answer::new(body, connection, limits, ends)))
    }
}

impl AgentServers for HttpAgentServers {
    fn ask(&self, question: AgentQuestion) -> AgentAsking<'_> {
        Box::pin(self.exchange(question))
    }
}

fn request(uri: &Uri, question: AgentQuestion) -> Result<Request<Full<Bytes>>, AgentFailure> {
    let authority = uri.authority().ok_or(AgentFailure::Unreachable)?;
    let mut request = Request::new(Full::from(question.body.0));
    *request.method_mut() = Method::POST;
    *request.uri_mut() = uri.path().parse().map_err(|_| AgentFailure::Unreachable)?;
    let value = |text: &str| HeaderValue::from_str(text).map_err(|_| AgentFailure::Unreachable);
    let headers = request.headers_mut();
    headers.insert(HOST, value(authority.as_str())?);
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    headers.insert(ACCEPT, HeaderValue::from_static(EVENTS));
    headers.insert(USER_AGENT, HeaderValue::from_static("parlor"));
    for (name, text) in question.headers {
        let mut text = value(&text.0)?;
        text.set_sensitive(true);
        let name: HeaderName = name.parse().map_err(|_| AgentFailure::Unreachable)?;
        headers.insert(name, text);
    }
    Ok(request)
}
