//! The pages at `/docs`: our own Markdown and the dialects' documents, rendered here, with nothing from elsewhere.

mod layout;
mod prose;
mod reference;
mod schema;
mod sockets;

use std::sync::Arc;

use axum::Router;
use axum::extract::State;
use axum::response::Response;
use axum::routing::get;
use http::{Extensions, StatusCode};
use parlor_kit::route::Summary;
use parlor_kit::{Module, Params};
use parlor_model::Error;
use parlor_model::error::Kind;
use utoipa::openapi::OpenApi;

use crate::edge::problem;

pub(crate) use sockets::asyncapi;

/// What the pages know of a dialect.
pub(crate) struct Document {
    name: &'static str,
    title: &'static str,
    routes: Vec<Summary>,
    document: fn() -> OpenApi,
    describe: fn(&mut OpenApi, &Extensions),
    /// The configuration of the dialects.
    sections: Arc<Extensions>,
}

impl Document {
    /// Of a dialect, as it is configured.
    pub(crate) fn of(module: &Module, sections: &Arc<Extensions>) -> (&'static str, Self) {
        let document = Self {
            name: module.name,
            title: module.title,
            routes: module.routes.clone(),
            document: module.document,
            describe: module.describe,
            sections: sections.clone(),
        };
        (module.name, document)
    }

    /// The OpenAPI document as it is served, made anew each time: it is large and seldom read.
    pub(crate) fn text(&self) -> Vec<u8> {
        let mut document = (self.document)();
        (self.describe)(&mut document, &self.sections);
        document.to_json().unwrap_or_default().into_bytes()
    }
}

/// The dialects' documents, in the order of the registry.
pub(crate) type Documents = Arc<Vec<Document>>;

const STYLE: &str = include_str!("style.css");

/// The pages' routes.
pub(crate) fn router<S>(documents: Documents) -> Router<S>
where
    S: Clone + Send + Sync + 'static,
{
    Router::new()
        .route("/docs", get(first))
        .route("/docs/", get(first))
        .route("/docs/style.css", get(style))
        .route("/docs/{page}", get(page))
        .with_state(documents)
}

async fn first(State(documents): State<Documents>) -> Response {
    show(&documents, "start")
}

async fn page(State(documents): State<Documents>, params: Params) -> Response {
    show(&documents, params.get("page"))
}

async fn style() -> Response {
    layout::respond("text/css; charset=utf-8", STYLE.to_owned())
}

/// Pages are rendered when somebody reads them: hardly ever, and without memory while nobody does.
fn show(documents: &[Document], name: &str) -> Response {
    let body = match prose::PAGES.iter().find(|page| page.name == name) {
        Some(page) => Some((page.title.to_owned(), prose::render(page))),
        None => documents
            .iter()
            .find(|document| document.name == name)
            .map(|document| (document.title.to_owned(), reference::render(document))),
    };
    match body {
        Some((title, body)) => layout::respond(
            "text/html; charset=utf-8",
            layout::page(documents, name, &title, &body),
        ),
        None => {
            let mut response = problem(Error::new(Kind::UnknownRoute));
            *response.status_mut() = StatusCode::NOT_FOUND;
            response
        }
    }
}
