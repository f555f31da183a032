//! ChatBotKit spaces, contacts, conversations and messages over Parlor.
//!
//! [`routes`] lists the routes; each endpoint is a file in the folder of its noun, which declares its route. Lists, streams
//! and exports share [`listing`] (query, content negotiation and scan) and [`encode`] (rows to bytes). Errors must be
//! recognizable by their `code`: the vendor's clients do not expose the status.

use axum::response::Response;
use parlor_kit::{Dialect, ExampleRequest, RequestMeta, Route};
use parlor_model::Error;
use utoipa::openapi::OpenApi;

mod attachment;
mod auth;
mod body;
mod channel;
mod contact;
mod conversation;
mod conversation_access;
mod cursor;
mod delegation;
mod document;
mod documented;
mod encode;
mod error;
mod id_response;
mod ids;
mod import;
mod listing;
mod message;
mod prefix;
mod routes;
mod session_token;
mod settings;
mod space;
mod storage;
mod usage;

pub use settings::{JsonlFormat, Settings, TimestampFormat};

/// The dialect.
pub struct ChatBotKit;

impl Dialect for ChatBotKit {
    const NAME: &'static str = "chatbotkit";
    const TITLE: &'static str = "ChatBotKit spaces, contacts and conversations";
    const PREFIXES: &'static [&'static str] = &["/api/v1/", "/v1/"];
    const EXAMPLE_REQUEST: ExampleRequest = ExampleRequest {
        setup: &[],
        headers: &[
            "Authorization: Bearer {key}",
            "Content-Type: application/json",
        ],
        path: "/api/v1/space/create",
        body: r#"{"name":"Hello"}"#,
    };
    type Settings = Settings;

    fn routes() -> Vec<Route> {
        routes::routes()
    }

    fn describe(document: &mut OpenApi, settings: &Settings) {
        document::describe(document, settings);
    }

    fn render(error: &Error, _: &RequestMeta) -> Response {
        error::render(error)
    }
}

/// The result of every handler.
type HandlerResult = Result<Response, parlor_kit::DialectError<ChatBotKit>>;
