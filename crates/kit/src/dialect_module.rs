//! Assembly of a dialect for the server.

use std::sync::Arc;

use axum::Router;
use axum::response::Response;
use http::Extensions;
use parlor_engine::delivery::EventPayloadEncoder;
use parlor_model::Error;
use utoipa::openapi::OpenApi;

use crate::dialect::{Dialect, render_error};
use crate::route::{Route, RouteSummary};
use crate::router::router;
use crate::{AppState, ExampleRequest, RequestMeta, deserialize_error, openapi};

/// A dialect as mounted by the server.
pub struct DialectModule {
    /// [`Dialect::NAME`].
    pub name: &'static str,
    /// [`Dialect::PREFIXES`].
    pub prefixes: &'static [&'static str],
    /// Method, path, credentials and scope of every route, for tests and the support matrix.
    pub routes: Vec<RouteSummary>,
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
    /// [`Dialect::event_payload_encoder`].
    pub event_payload_encoder: Option<Arc<dyn EventPayloadEncoder>>,
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
        describe: |document, settings_by_type| {
            let settings = settings_by_type.get::<D::Settings>().cloned();
            D::describe(document, &settings.unwrap_or_default());
        },
        schema_conflicts: || openapi::schema_conflicts(&D::routes()),
        router: router::<D>(routes),
        event_payload_encoder: D::event_payload_encoder(),
        render: render_error::<D>,
        configure: |settings_by_type, value| {
            let settings: D::Settings =
                serde_path_to_error::deserialize(value).map_err(|error| {
                    let path = error.path().to_string();
                    let message = error.into_inner().to_string();
                    // The caller prefixes the message with the path.
                    if message.starts_with("unknown field") {
                        return message;
                    }
                    format!("`{path}` {}", deserialize_error::describe_rule(&message))
                })?;
            settings_by_type.insert(settings);
            Ok(())
        },
    }
}
