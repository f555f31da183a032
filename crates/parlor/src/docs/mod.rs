//! Documentation pages at `/docs`: the repository's Markdown files and a reference of each dialect. No page loads
//! external resources.

mod asyncapi;
mod event_stream_schema;
mod layout;
mod page;
mod reference;
mod schema;

use std::sync::Arc;

use axum::Router;
use axum::extract::State;
use axum::response::Response;
use axum::routing::get;
use http::{Extensions, StatusCode};
use parlor_kit::route::RouteSummary;
use parlor_kit::{DialectModule, PathParams};
use parlor_model::Error;
use parlor_model::error::ErrorKind;
use serde_json::Value;
use utoipa::openapi::OpenApi;

use crate::problem_response::problem_response;

pub(crate) use asyncapi::asyncapi_document;

/// Documentation data of one dialect.
pub(crate) struct DialectDocument {
    name: &'static str,
    title: &'static str,
    routes: Vec<RouteSummary>,
    openapi: fn() -> OpenApi,
    describe: fn(&mut OpenApi, &Extensions),
    /// Settings of all dialects, by type.
    settings_by_type: Arc<Extensions>,
}

impl DialectDocument {
    /// Builds the documentation data of a dialect; returns it with the dialect's name.
    pub(crate) fn from_module(
        module: &DialectModule,
        settings_by_type: &Arc<Extensions>,
    ) -> (&'static str, Self) {
        let document = Self {
            name: module.name,
            title: module.title,
            routes: module.routes.clone(),
            openapi: module.document,
            describe: module.describe,
            settings_by_type: settings_by_type.clone(),
        };
        (module.name, document)
    }

    /// Renders the OpenAPI document. It is not cached, because it is large and rarely requested.
    pub(crate) fn to_json(&self) -> Vec<u8> {
        let mut document = self.to_value();
        event_stream_schema::describe_whole_events(&mut document);
        document.to_string().into_bytes()
    }

    /// Returns the document, in which the schemas of event streams are those of the events' data.
    fn to_value(&self) -> Value {
        let mut document = (self.openapi)();
        (self.describe)(&mut document, &self.settings_by_type);
        serde_json::to_value(document).unwrap_or_default()
    }
}

/// Documentation data of all served dialects, in registry order.
pub(crate) type DialectDocuments = Arc<Vec<DialectDocument>>;

const STYLESHEET: &str = include_str!("style.css");

/// Builds the routes of the pages.
pub(crate) fn router<S>(documents: DialectDocuments) -> Router<S>
where
    S: Clone + Send + Sync + 'static,
{
    Router::new()
        .route("/docs", get(index))
        .route("/docs/", get(index))
        .route("/docs/style.css", get(stylesheet))
        .route("/docs/{page}", get(page))
        .with_state(documents)
}

async fn index(State(documents): State<DialectDocuments>) -> Response {
    render_page(&documents, "start")
}

async fn page(State(documents): State<DialectDocuments>, params: PathParams) -> Response {
    render_page(&documents, params.get("page"))
}

async fn stylesheet() -> Response {
    layout::response("text/css; charset=utf-8", STYLESHEET.to_owned())
}

/// Renders a page by name. Pages are not cached, because they are rarely requested.
fn render_page(documents: &[DialectDocument], name: &str) -> Response {
    let body = match page::PAGES.iter().find(|page| page.name == name) {
        Some(page) => Some((page.title.to_owned(), page::render(page))),
        None => documents
            .iter()
            .find(|document| document.name == name)
            .map(|document| (document.title.to_owned(), reference::render(document))),
    };
    match body {
        Some((title, body)) => layout::response(
            "text/html; charset=utf-8",
            layout::render_layout(documents, name, &title, &body),
        ),
        None => {
            let mut response = problem_response(Error::new(ErrorKind::UnknownRoute));
            *response.status_mut() = StatusCode::NOT_FOUND;
            response
        }
    }
}
