//! Which web pages may call.

use std::task::{Context, Poll};
use std::time::Duration;

use axum::extract::Request;
use axum::response::Response;
use futures_util::future::Either;
use http::header::ORIGIN;
use http::{HeaderName, HeaderValue, Method};
use tower::{Layer, Service};
use tower_http::cors::{AllowHeaders, AllowOrigin, Cors, CorsLayer};

/// The origins whose pages may call. Credentials stand in headers a page must set itself, never in cookies, so
/// allowing any origin gives a page nothing it was not given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Origins {
    /// Any.
    Any,
    /// These, as `scheme://host[:port]`.
    These(Vec<HeaderValue>),
}

/// The layer that speaks to web pages.
pub(super) fn layer(origins: &Origins) -> WhereAsked {
    WhereAsked(rules(origins))
}

/// Speaks only to pages: a request without an origin comes from a program and pays for nothing.
#[derive(Clone)]
pub(super) struct WhereAsked(CorsLayer);

impl<S: Clone> Layer<S> for WhereAsked {
    type Service = Asked<S>;

    fn layer(&self, inner: S) -> Asked<S> {
        Asked {
            page: self.0.layer(inner.clone()),
            program: inner,
        }
    }
}

/// The same service, with and without the headers for pages.
#[derive(Clone)]
pub(super) struct Asked<S> {
    page: Cors<S>,
    program: S,
}

impl<S> Service<Request> for Asked<S>
where
    S: Service<Request, Response = Response>,
{
    type Response = Response;
    type Error = S::Error;
    type Future = Either<S::Future, <Cors<S> as Service<Request>>::Future>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.program.poll_ready(context)
    }

    fn call(&mut self, request: Request) -> Self::Future {
        if request.headers().contains_key(ORIGIN) {
            Either::Right(self.page.call(request))
        } else {
            Either::Left(self.program.call(request))
        }
    }
}

fn rules(origins: &Origins) -> CorsLayer {
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
            Origins::Any => AllowOrigin::any(),
            Origins::These(list) => AllowOrigin::list(list.iter().cloned()),
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
