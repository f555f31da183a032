//! Cross-origin resource sharing (CORS).

use std::task::{Context, Poll};
use std::time::Duration;

use axum::extract::Request;
use axum::response::Response;
use futures_util::future::Either;
use http::header::{ACCESS_CONTROL_REQUEST_HEADERS, ACCESS_CONTROL_REQUEST_METHOD, ORIGIN};
use http::{HeaderName, HeaderValue, Method};
use tower::{Layer, Service};
use tower_http::cors::{AllowHeaders, AllowOrigin, Cors, CorsLayer, Vary};

/// Origins that may call the API. Credentials are sent in headers that a page sets itself, never in cookies, so any
/// origin can be allowed safely.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AllowedOrigins {
    /// Any origin.
    Any,
    /// Listed origins, each as `scheme://host[:port]`.
    Listed(Vec<HeaderValue>),
}

/// Returns the layer that adds CORS headers to responses. It wraps the middleware, so that the middleware's own errors
/// have them too. Requests without an `Origin` header skip it.
pub(super) fn response_layer(origins: &AllowedOrigins) -> ConditionalCorsLayer {
    ConditionalCorsLayer {
        cors: cors_layer(origins).vary(Vary::list([])),
        // `CorsLayer` answers every `OPTIONS` request as a preflight; those are left to `preflight_layer`.
        applies: |request| {
            request.headers().contains_key(ORIGIN) && request.method() != Method::OPTIONS
        },
    }
}

/// Returns the layer that answers preflights. It is inside the middleware, so that preflights are logged and measured.
/// The middleware itself adds `Vary: origin`.
pub(super) fn preflight_layer(origins: &AllowedOrigins) -> ConditionalCorsLayer {
    ConditionalCorsLayer {
        cors: cors_layer(origins).vary([
            ACCESS_CONTROL_REQUEST_METHOD,
            ACCESS_CONTROL_REQUEST_HEADERS,
        ]),
        applies: is_preflight,
    }
}

/// Returns whether a request is a CORS preflight (Fetch standard, "CORS-preflight fetch"). Any other `OPTIONS` request
/// is routed normally.
fn is_preflight(request: &Request) -> bool {
    let headers = request.headers();
    request.method() == Method::OPTIONS
        && headers.contains_key(ORIGIN)
        && headers.contains_key(ACCESS_CONTROL_REQUEST_METHOD)
}

/// CORS layer that applies to a subset of requests; all others go to the inner service unchanged.
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

/// Inner service with and without the CORS layer.
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
    let exposed_headers = [
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
        .expose_headers(exposed_headers.map(HeaderName::from_static))
        .max_age(Duration::from_secs(3_600))
}
