//! What makes a dialect, and how its errors reach the wire.

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

/// One vendor's API.
pub trait Dialect: Send + Sync + 'static {
    /// Its name in paths, options and logs, such as `tenant-chats`.
    const NAME: &'static str;
    /// What its document is titled.
    const TITLE: &'static str;
    /// The path prefixes it owns; an unknown path that begins with one is answered in its words.
    const PREFIXES: &'static [&'static str];
    /// The request that a newcomer pastes first.
    const EXAMPLE_REQUEST: ExampleRequest;
    /// Its section of the configuration.
    type Settings: DeserializeOwned + Default + Clone + Send + Sync + 'static;

    /// Its table of routes.
    fn routes() -> Vec<Route>;

    /// Writes into its document what the operator's choices change of it.
    fn describe(document: &mut OpenApi, settings: &Self::Settings) {
        let _ = (document, settings);
    }

    /// The one place where its errors become responses: a match over the kinds without a wildcard.
    fn render(error: &Error, meta: &RequestMeta) -> Response;
}

/// An error on its way to a dialect's wire. Made by `?` from an [`Error`].
pub struct DialectError<D>(Error, PhantomData<fn() -> D>);

impl<D> From<Error> for DialectError<D> {
    fn from(error: Error) -> Self {
        Self(error, PhantomData)
    }
}

/// Rendered for no request in particular; the edge, which knows the request, does it [`rerender`].
impl<D: Dialect> IntoResponse for DialectError<D> {
    fn into_response(self) -> Response {
        let mut response = render_error::<D>(self.0, &RequestMeta::default());
        response.extensions_mut().insert(DeferredRender(D::render));
        response
    }
}

/// How a failure that was rendered without its request is rendered with it.
#[derive(Clone, Copy)]
struct DeferredRender(fn(&Error, &RequestMeta) -> Response);

/// Renders a failure once more where it was rendered without its request; any other response passes.
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

/// An error beside the response it became, for the edge's log.
#[derive(Debug, Clone)]
pub struct ErrorExtension(pub Arc<Error>);

/// Renders an error in a dialect's words and leaves it beside the response for the log.
pub fn render_error<D: Dialect>(error: Error, meta: &RequestMeta) -> Response {
    let mut response = D::render(&error, meta);
    response
        .extensions_mut()
        .insert(ErrorExtension(Arc::new(error)));
    response
}

/// A dialect as the server mounts it.
pub struct DialectModule {
    /// [`Dialect::NAME`].
    pub name: &'static str,
    /// [`Dialect::PREFIXES`].
    pub prefixes: &'static [&'static str],
    /// Method, path, credentials and scope of every route, for tests and the support matrix.
    pub routes: Vec<route::RouteSummary>,
    /// The routes themselves.
    pub router: Router<AppState>,
    /// [`Dialect::TITLE`].
    pub title: &'static str,
    /// [`Dialect::EXAMPLE_REQUEST`].
    pub example_request: ExampleRequest,
    /// Makes the OpenAPI document; nothing of it is kept.
    pub document: fn() -> OpenApi,
    /// Writes into the document what the configuration changes of it.
    pub describe: fn(&mut OpenApi, &Extensions),
    /// The names under which the document would need two different schemas: there must be none.
    pub schema_conflicts: fn() -> Vec<String>,
    /// Renders an error that no handler of the dialect has seen.
    pub render: fn(Error, &RequestMeta) -> Response,
    /// Reads the dialect's section of the configuration; the text says what is wrong with it.
    pub configure: fn(&mut Extensions, serde_json::Value) -> Result<(), String>,
}

/// Puts a dialect together.
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
                    // Whoever reads the file with it finds the name in it.
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
