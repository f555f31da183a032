//! The trait of a dialect, and rendering of its errors.

use std::marker::PhantomData;
use std::sync::Arc;

use axum::Router;
use axum::response::{IntoResponse, Response};
use http::Extensions;
use parlor_model::Error;
use serde::de::DeserializeOwned;
use utoipa::openapi::OpenApi;

use crate::route::{self, Route};
use crate::{AppState, ExampleRequest, RequestMeta, deserialize_error, openapi};

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
        (Some(render), Some(failure)) => {
            let mut anew = render.0(&failure.0, meta);
            anew.extensions_mut().insert(failure.clone());
            anew
        }
        _ => response,
    }
}

/// Response extension with the original error, for the access log.
#[derive(Debug, Clone)]
pub struct ErrorExtension(pub Arc<Error>);

/// Renders an error, and keeps it in the response's extensions for the access log.
pub fn render_error<D: Dialect>(error: Error, meta: &RequestMeta) -> Response {
    let mut response = D::render(&error, meta);
    response
        .extensions_mut()
        .insert(ErrorExtension(Arc::new(error)));
    response
}

/// A dialect as mounted by the server.
pub struct DialectModule {
    /// [`Dialect::NAME`].
    pub name: &'static str,
    /// [`Dialect::PREFIXES`].
    pub prefixes: &'static [&'static str],
    /// Method, path, credentials and scope of every route, for tests and the support matrix.
    pub routes: Vec<route::RouteSummary>,
    /// Router.
    pub router: Router<AppState>,
    /// [`Dialect::TITLE`].
    pub title: &'static str,
    /// [`Dialect::EXAMPLE_REQUEST`].
    pub example_request: ExampleRequest,
    /// Builds the OpenAPI document, which is not cached.
    pub document: fn() -> OpenApi,
    /// Adapts the document to the configured settings.
    pub describe: fn(&mut OpenApi, &Extensions),
    /// Returns the names with two different schemas; there must be none.
    pub schema_conflicts: fn() -> Vec<String>,
    /// Renders an error that occurred outside the dialect's handlers.
    pub render: fn(Error, &RequestMeta) -> Response,
    /// Parses the dialect's section of the configuration. The error text describes what is wrong.
    pub configure: fn(&mut Extensions, serde_json::Value) -> Result<(), String>,
}

/// Builds the module of a dialect.
pub fn build_module<D: Dialect>() -> DialectModule {
    let routes = D::routes();
    DialectModule {
        name: D::NAME,
        prefixes: D::PREFIXES,
        routes: routes.iter().map(Route::summary).collect(),
        title: D::TITLE,
        example_request: D::EXAMPLE_REQUEST,
        document: || openapi::document(D::TITLE, &D::routes()),
        describe: |document, sections| {
            let settings = sections.get::<D::Settings>().cloned();
            D::describe(document, &settings.unwrap_or_default());
        },
        schema_conflicts: || openapi::schema_conflicts(&D::routes()),
        router: route::router::<D>(routes),
        render: render_error::<D>,
        configure: |sections, value| {
            let settings: D::Settings =
                serde_path_to_error::deserialize(value).map_err(|error| {
                    let path = error.path().to_string();
                    let said = error.into_inner().to_string();
                    // The caller prefixes the message with the path.
                    if said.starts_with("unknown field") {
                        return said;
                    }
                    format!("`{path}` {}", deserialize_error::describe_rule(&said))
                })?;
            sections.insert(settings);
            Ok(())
        },
    }
}
