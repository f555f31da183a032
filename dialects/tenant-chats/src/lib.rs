//! Tenant chats: one user's session with an assistant, inside a tenant.
//!
//! The tenant is the workspace behind the key, a chat is a conversation, its user is the conversation's subject. What
//! other vocabularies made is shown here too: a group is a chat, an archived conversation a closed one. Start at
//! [`routes`].

mod actions;
mod auth;
mod chat;
mod disconnect;
mod documented;
mod error;
mod frames;
mod handshake;
mod ids;
mod limits;
mod live;
mod log;
mod message;
mod page;
mod routes;
mod socket;
mod socket_credential;
mod token;
mod user;

use axum::response::Response;
use parlor_kit::{Dialect, ExampleRequest, RequestMeta, Route};
use parlor_model::Error;

/// The dialect.
pub struct TenantChats;

/// What a handler refuses or fails with.
type HandlerError = parlor_kit::DialectError<TenantChats>;

impl Dialect for TenantChats {
    const NAME: &'static str = "tenant-chats";
    const TITLE: &'static str = "Tenant chats";
    const PREFIXES: &'static [&'static str] = &["/api/v1/chats", "/api/v1/users", "/ws/chat"];
    const EXAMPLE_REQUEST: ExampleRequest = ExampleRequest {
        setup: &[],
        headers: &["X-API-Key: {key}", "Content-Type: application/json"],
        path: "/api/v1/chats/",
        body: r#"{"user_id":"ada","title":"Hello"}"#,
    };
    type Settings = Settings;

    fn routes() -> Vec<Route> {
        routes::routes()
    }

    fn render(error: &Error, _: &RequestMeta) -> Response {
        error::render(error)
    }
}

/// The operator's choices for this dialect.
#[derive(Clone, Default, serde::Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Settings {
    /// `off`, or `documented`: 100 requests a minute and 50 connections of a tenant, 10 messages a second of a connection.
    limits: limits::TenantLimits,
}
