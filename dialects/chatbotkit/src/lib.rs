//! ChatBotKit spaces, contacts, conversations and messages over Parlor.
//!
//! The table of routes is in [`routes`]; every endpoint is a file in the folder of its noun. What lists, streams and
//! exports share is in [`listing`] (what was asked for, and the walk over the rows) and in [`encode`] (how a row is
//! written). The dialect's cardinal rule: whatever is wrong is told by `code`, since clients see no status.

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
mod delegation;
mod document;
mod encode;
mod error;
mod id_response;
mod ids;
mod import;
mod listing;
mod message;
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
        routes::table()
    }

    fn describe(document: &mut OpenApi, settings: &Settings) {
        document::describe(document, settings);
    }

    fn render(error: &Error, _: &RequestMeta) -> Response {
        error::render(error)
    }
}

/// What every handler gives.
type HandlerResult = Result<Response, parlor_kit::DialectError<ChatBotKit>>;
