//! Tenant chats over Parlor.

use axum::response::Response;
use http::StatusCode;
use parlor_kit::{Dialect, Meta, Route, reply};
use parlor_model::Error;

/// The dialect.
pub struct TenantChats;

impl Dialect for TenantChats {
    const NAME: &'static str = "tenant-chats";
    const TITLE: &'static str = "Tenant chats";
    const PREFIXES: &'static [&'static str] = &["/api/v1/chats", "/api/v1/users", "/ws/chat"];
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
