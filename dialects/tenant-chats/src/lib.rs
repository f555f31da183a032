//! Tenant chats: sessions of a user with an assistant, inside a tenant.
//!
//! The tenant is the key's workspace, a chat is a conversation, and its user is the conversation's subject. Conversations
//! that other dialects created are included: a group is a chat, an archived conversation a closed one. Start at
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

/// The error of a handler, rendered by this dialect.
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

/// The operator's settings for this dialect.
#[derive(Clone, Default, serde::Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Settings {
    /// `off`, or `documented`: per tenant 100 requests a minute and 50 connections, per connection 10 messages a second.
    limits: limits::TenantLimits,
}
