//! Sharely spaces and groups over Parlor.

use axum::response::Response;
use http::StatusCode;
use parlor_kit::{Dialect, Meta, Route, reply};
use parlor_model::Error;

/// The dialect.
pub struct Sharely;

impl Dialect for Sharely {
    const NAME: &'static str = "sharely";
    const TITLE: &'static str = "Sharely spaces and groups";
    const PREFIXES: &'static [&'static str] = &[
        "/v1/workspaces/",
        "/workspaces/",
        "/spaces/",
        "/public-spaces/",
    ];
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
