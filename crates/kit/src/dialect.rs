//! The trait of a dialect, and rendering of its errors.
//!
//! Keeps INV-50 (`docs/invariants.md`).

use std::marker::PhantomData;
use std::sync::Arc;

use axum::response::{IntoResponse, Response};
use parlor_engine::delivery::EventPayloadEncoder;
use parlor_model::Error;
use serde::de::DeserializeOwned;
use utoipa::openapi::OpenApi;

use crate::route::Route;
use crate::{ExampleRequest, RequestMeta};

/// API of one vendor.
pub trait Dialect: Send + Sync + 'static {
    /// Name in paths, options and logs, such as `tenant-chats`.
    const NAME: &'static str;
    /// Title of its OpenAPI document.
    const TITLE: &'static str;
    /// Path prefixes. Unknown paths with such a prefix are rendered by the dialect.
    const PREFIXES: &'static [&'static str];
    /// Example request for new users.
    const EXAMPLE_REQUEST: ExampleRequest;
    /// Section of the configuration.
    type Settings: DeserializeOwned + Default + Clone + Send + Sync + 'static;

    /// Returns the route table.
    fn routes() -> Vec<Route>;

    /// Adapts the OpenAPI document to the settings.
    fn describe(document: &mut OpenApi, settings: &Self::Settings) {
        let _ = (document, settings);
    }

    /// Returns how the dialect writes events for the receivers of its webhooks, if it has any.
    fn event_payload_encoder() -> Option<Arc<dyn EventPayloadEncoder>> {
        None
    }

    /// Renders an error: the only place where errors become responses, by a match over the kinds without a wildcard.
    fn render(error: &Error, meta: &RequestMeta) -> Response;
}

/// Error of a dialect's handler, converted from [`Error`] by `?`.
pub struct DialectError<D>(Error, PhantomData<fn() -> D>);

impl<D> From<Error> for DialectError<D> {
    fn from(error: Error) -> Self {
        Self(error, PhantomData)
    }
}

/// Renders without the request's metadata; the middleware, which has it, calls [`rerender`].
impl<D: Dialect> IntoResponse for DialectError<D> {
    fn into_response(self) -> Response {
        let mut response = render_error::<D>(self.0, &RequestMeta::default());
        response.extensions_mut().insert(DeferredRender(D::render));
        response
    }
}

/// Function that renders an error again with the request's metadata.
#[derive(Clone, Copy)]
struct DeferredRender(fn(&Error, &RequestMeta) -> Response);

/// Renders an error response again with the request's metadata, if it was rendered without. Returns other responses
/// unchanged.
pub fn rerender(response: Response, meta: &RequestMeta) -> Response {
    let extensions = response.extensions();
    match (
        extensions.get::<DeferredRender>(),
        extensions.get::<ErrorExtension>(),
    ) {
        (Some(render), Some(error)) => {
            let mut rendered = render.0(&error.0, meta);
            rendered.extensions_mut().insert(error.clone());
            rendered
        }
        _ => response,
    }
}

/// Response extension with the original error, for the access log.
#[derive(Debug, Clone)]
pub struct ErrorExtension(pub Arc<Error>);

/// Renders an error, and keeps it in the response's extensions for the access log.
pub(crate) fn render_error<D: Dialect>(error: Error, meta: &RequestMeta) -> Response {
    let mut response = D::render(&error, meta);
    response
        .extensions_mut()
        .insert(ErrorExtension(Arc::new(error)));
    response
}
