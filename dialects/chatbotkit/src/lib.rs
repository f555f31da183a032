//! ChatBotKit spaces and contacts over Parlor.

use axum::response::Response;
use http::StatusCode;
use parlor_kit::{Dialect, Meta, Route, reply};
use parlor_model::Error;

/// The dialect.
pub struct ChatBotKit;

impl Dialect for ChatBotKit {
    const NAME: &'static str = "chatbotkit";
    const TITLE: &'static str = "ChatBotKit spaces and contacts";
    const PREFIXES: &'static [&'static str] = &["/api/v1/", "/v1/"];
    type Settings = Settings;

    fn routes() -> Vec<Route> {
        Vec::new()
    }

    fn render(_: &Error, _: &Meta) -> Response {
        reply::status_only(StatusCode::NOT_FOUND)
    }
}

/// The operator's choices for this dialect.
#[derive(Debug, Clone, Default, serde::Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Settings {}
