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
use crate::{App, Meta, Recipe, misfit, openapi};

/// One vendor's API.
pub trait Dialect: Send + Sync + 'static {
    /// Its name in paths, options and logs, such as `tenant-chats`.
    const NAME: &'static str;
    /// What its document is titled.
    const TITLE: &'static str;
    /// The path prefixes it owns; an unknown path that begins with one is answered in its words.
    const PREFIXES: &'static [&'static str];
    /// The request that a newcomer pastes first.
    const RECIPE: Recipe;
    /// Its section of the configuration.
    type Settings: DeserializeOwned + Default + Clone + Send + Sync + 'static;

    /// Its table of routes.
    fn routes() -> Vec<Route>;

    /// Writes into its document what the operator's choices change of it.
    fn describe(document: &mut OpenApi, settings: &Self::Settings) {
        let _ = (document, settings);
    }

    /// The one place where its errors become responses: a match over the kinds without a wildcard.
    fn render(error: &Error, meta: &Meta) -> Response;
}

/// An error on its way to a dialect's wire. Made by `?` from an [`Error`].
pub struct Fail<D>(Error, PhantomData<fn() -> D>);

impl<D> From<Error> for Fail<D> {
    fn from(error: Error) -> Self {
        Self(error, PhantomData)
    }
}

/// Rendered for no request in particular; the edge, which knows the request, does it [`again`].
impl<D: Dialect> IntoResponse for Fail<D> {
    fn into_response(self) -> Response {
        let mut response = failed::<D>(self.0, &Meta::default());
        response.extensions_mut().insert(Again(D::render));
        response
    }
}

/// How a failure that was rendered without its request is rendered with it.
#[derive(Clone, Copy)]
struct Again(fn(&Error, &Meta) -> Response);

/// Renders a failure once more where it was rendered without its request; any other response passes.
pub fn again(response: Response, meta: &Meta) -> Response {
    let extensions = response.extensions();
    match (extensions.get::<Again>(), extensions.get::<Failure>()) {
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
pub struct Failure(pub Arc<Error>);

/// Renders an error in a dialect's words and leaves it beside the response for the log.
pub fn failed<D: Dialect>(error: Error, meta: &Meta) -> Response {
    let mut response = D::render(&error, meta);
    response.extensions_mut().insert(Failure(Arc::new(error)));
    response
}

/// A dialect as the server mounts it.
pub struct Module {
    /// [`Dialect::NAME`].
    pub name: &'static str,
    /// [`Dialect::PREFIXES`].
    pub prefixes: &'static [&'static str],
    /// Method, path, credentials and scope of every route, for tests and the support matrix.
    pub routes: Vec<route::Summary>,
    /// The routes themselves.
    pub router: Router<App>,
    /// [`Dialect::TITLE`].
    pub title: &'static str,
    /// [`Dialect::RECIPE`].
    pub recipe: Recipe,
    /// Makes the OpenAPI document; nothing of it is kept.
    pub document: fn() -> OpenApi,
    /// Writes into the document what the configuration changes of it.
    pub describe: fn(&mut OpenApi, &Extensions),
    /// The names under which the document would need two different schemas: there must be none.
    pub clashes: fn() -> Vec<String>,
    /// Renders an error that no handler of the dialect has seen.
    pub render: fn(Error, &Meta) -> Response,
    /// Reads the dialect's section of the configuration; the text says what is wrong with it.
    pub configure: fn(&mut Extensions, serde_json::Value) -> Result<(), String>,
}

/// Puts a dialect together.
pub fn module<D: Dialect>() -> Module {
    let routes = D::routes();
    Module {
        name: D::NAME,
        prefixes: D::PREFIXES,
        routes: routes.iter().map(Route::summary).collect(),
        title: D::TITLE,
        recipe: D::RECIPE,
        document: || openapi::document(D::TITLE, &D::routes()),
        describe: |document, sections| {
            let settings = sections.get::<D::Settings>().cloned();
            D::describe(document, &settings.unwrap_or_default());
        },
        clashes: || openapi::clashes(&D::routes()),
        router: route::router::<D>(routes),
        render: failed::<D>,
        configure: |sections, value| {
            let settings: D::Settings =
                serde_path_to_error::deserialize(value).map_err(|error| {
                    let path = error.path().to_string();
                    let said = error.into_inner().to_string();
                    // Whoever reads the file with it finds the name in it.
                    if said.starts_with("unknown field") {
                        return said;
                    }
                    format!("`{path}` {}", misfit::rule(&said))
                })?;
            sections.insert(settings);
            Ok(())
        },
    }
}
