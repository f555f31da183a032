//! Relation group chat over Parlor.

use axum::response::Response;
use http::StatusCode;
use parlor_kit::{Dialect, Meta, Route, reply};
use parlor_model::Error;

/// The dialect.
pub struct Relation;

impl Dialect for Relation {
    const NAME: &'static str = "relation";
    const TITLE: &'static str = "Relation group chat";
    const PREFIXES: &'static [&'static str] = &[
        "/api/v1/auth",
        "/api/v1/verify/",
        "/api/v1/channel/",
        "/api/v1/userChannels/",
        "/api/v1/message/",
        "/api/v1/userInfo",
        "/api/v1/listAddress",
        "/auth",
        "/jwk",
        "/ws/",
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
