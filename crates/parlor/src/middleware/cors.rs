//! Which web pages may call.

use std::task::{Context, Poll};
use std::time::Duration;

use axum::extract::Request;
use axum::response::Response;
use futures_util::future::Either;
use http::header::{ACCESS_CONTROL_REQUEST_HEADERS, ACCESS_CONTROL_REQUEST_METHOD, ORIGIN};
use http::{HeaderName, HeaderValue, Method};
use tower::{Layer, Service};
use tower_http::cors::{AllowHeaders, AllowOrigin, Cors, CorsLayer, Vary};

/// The origins whose pages may call. Credentials stand in headers a page must set itself, never in cookies, so
/// allowing any origin gives a page nothing it was not given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AllowedOrigins {
    /// Any.
    Any,
    /// These, as `scheme://host[:port]`.
    Listed(Vec<HeaderValue>),
}

/// Adds the headers for pages to answers. Goes around the edge, so that the edge's own refusals carry them too. Requests
/// without an origin come from programs and pay for nothing; preflights are answered within the edge.
pub(super) fn response_layer(origins: &AllowedOrigins) -> ConditionalCorsLayer {
    ConditionalCorsLayer {
        cors: cors_layer(origins).vary(Vary::list([])),
        // The layer takes every `OPTIONS` for a preflight.
        applies: |request| {
            request.headers().contains_key(ORIGIN) && request.method() != Method::OPTIONS
        },
    }
}

/// Answers preflights. Goes inside the edge, so that they pass what every request passes. The edge itself says that
/// answers to pages vary by their origin.
pub(super) fn preflight_layer(origins: &AllowedOrigins) -> ConditionalCorsLayer {
    ConditionalCorsLayer {
        cors: cors_layer(origins).vary([
            ACCESS_CONTROL_REQUEST_METHOD,
            ACCESS_CONTROL_REQUEST_HEADERS,
        ]),
        applies: is_preflight,
    }
}

/// Whether a browser asks here what a page may send (Fetch, section "CORS-preflight fetch"). Any other `OPTIONS` is a
/// request like all.
fn is_preflight(request: &Request) -> bool {
    let headers = request.headers();
    request.method() == Method::OPTIONS
        && headers.contains_key(ORIGIN)
        && headers.contains_key(ACCESS_CONTROL_REQUEST_METHOD)
}

/// A CORS layer for some requests; the others reach the inner service as they are.
#[derive(Clone)]
pub(super) struct ConditionalCorsLayer {
    cors: CorsLayer,
    applies: fn(&Request) -> bool,
}

impl<S: Clone> Layer<S> for ConditionalCorsLayer {
    type Service = ConditionalCorsService<S>;

    fn layer(&self, inner: S) -> ConditionalCorsService<S> {
        ConditionalCorsService {
            with_cors: self.cors.layer(inner.clone()),
            inner,
            applies: self.applies,
        }
    }
}

/// The same service, with and without the headers for pages.
#[derive(Clone)]
pub(super) struct ConditionalCorsService<S> {
    with_cors: Cors<S>,
    inner: S,
    applies: fn(&Request) -> bool,
}

impl<S> Service<Request> for ConditionalCorsService<S>
where
    S: Service<Request, Response = Response>,
{
    type Response = Response;
    type Error = S::Error;
    type Future = Either<S::Future, <Cors<S> as Service<Request>>::Future>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.inner.poll_ready(context)
    }

    fn call(&mut self, request: Request) -> Self::Future {
        if (self.applies)(&request) {
            Either::Right(self.with_cors.call(request))
        } else {
            Either::Left(self.inner.call(request))
        }
    }
}

fn cors_layer(origins: &AllowedOrigins) -> CorsLayer {
    let exposed = [
        "x-api-version",
        "x-request-id",
        "x-ratelimit-limit",
        "x-ratelimit-remaining",
        "x-ratelimit-reset",
        "retry-after",
        "idempotent-replayed",
    ];
    CorsLayer::new()
        .allow_origin(match origins {
            AllowedOrigins::Any => AllowOrigin::any(),
            AllowedOrigins::Listed(list) => AllowOrigin::list(list.iter().cloned()),
        })
        .allow_methods([
            Method::GET,
            Method::HEAD,
            Method::POST,
            Method::PUT,
            Method::PATCH,
            Method::DELETE,
        ])
        .allow_headers(AllowHeaders::mirror_request())
        .expose_headers(exposed.map(HeaderName::from_static))
        .max_age(Duration::from_secs(3_600))
}
