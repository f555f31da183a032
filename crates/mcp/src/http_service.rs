//! MCP over HTTP ("streamable HTTP").

use std::convert::Infallible;
use std::sync::Arc;

use bytes::Bytes;
use http::{Request, Response};
use http_body::Body;
use parlor_engine::Engine;
use parlor_model::Ctx;
use rmcp::transport::streamable_http_server::session::never::NeverSessionManager;
use rmcp::transport::streamable_http_server::{StreamableHttpServerConfig, StreamableHttpService};

use crate::server::McpServer;

/// Answers MCP requests over HTTP. Authentication, and the check of `Host` and `Origin`, come before it.
#[derive(Clone)]
pub struct HttpService {
    service: StreamableHttpService<McpServer, NeverSessionManager>,
}

impl HttpService {
    /// Creates the service with the greatest size of a request body.
    pub fn new(engine: Arc<Engine>, max_body_bytes: u64) -> Self {
        // Nothing is sent without a request, so no session has to be kept, and an answer is plain JSON.
        let config = StreamableHttpServerConfig::default()
            .with_legacy_session_mode(false)
            .with_json_response(true)
            .disable_allowed_hosts()
            .with_max_request_body_bytes(usize::try_from(max_body_bytes).unwrap_or(usize::MAX));
        let create_server = move || Ok(McpServer::new(engine.clone()));
        Self {
            service: StreamableHttpService::new(create_server, Arc::default(), config),
        }
    }

    /// Answers a request with the rights of a context.
    pub async fn handle<B>(
        &self,
        ctx: Ctx,
        mut request: Request<B>,
    ) -> Response<impl Body<Data = Bytes, Error = Infallible> + use<B>>
    where
        B: Body + Send + 'static,
        B::Error: std::fmt::Display,
    {
        request.extensions_mut().insert(ctx);
        self.service.handle(request).await
    }
}
