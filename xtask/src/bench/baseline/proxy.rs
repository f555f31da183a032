//! Baseline of an answer that is passed on: a proxy that reads nothing of what it passes on and stores nothing.

use anyhow::Result;
use axum::Router;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::http::uri::{Authority, Scheme};
use axum::response::{IntoResponse, Response};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;

/// Client of the other server, and its address.
#[derive(Clone)]
struct Upstream {
    client: Client<HttpConnector, Body>,
    authority: Authority,
}

/// Returns a router that passes every request on to `host:port`.
pub(super) fn router(upstream: &str) -> Result<Router> {
    let mut connector = HttpConnector::new();
    connector.set_nodelay(true);
    let state = Upstream {
        client: Client::builder(TokioExecutor::new()).build(connector),
        authority: upstream.parse()?,
    };
    Ok(Router::new().fallback(forward).with_state(state))
}

async fn forward(State(upstream): State<Upstream>, mut request: Request) -> Response {
    let mut uri = std::mem::take(request.uri_mut()).into_parts();
    uri.scheme = Some(Scheme::HTTP);
    uri.authority = Some(upstream.authority);
    match uri.try_into() {
        Ok(uri) => *request.uri_mut() = uri,
        Err(_) => return StatusCode::BAD_REQUEST.into_response(),
    }
    match upstream.client.request(request).await {
        Ok(response) => response.map(Body::new),
        Err(_) => StatusCode::BAD_GATEWAY.into_response(),
    }
}
