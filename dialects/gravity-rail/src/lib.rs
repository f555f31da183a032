//! Gravity Rail's `Workspace.Chats` API and its neighbours.
//!
//! A chat is a conversation, `memberId` its subject, the owner its creator; a DM is the direct conversation of a pair.
//! Conversations created through other dialects are chats as well. Members, agents, workflows, assignments, phone
//! numbers and inboxes are those of the workspace. Start at [`routes`].

mod action;
mod agent;
mod api_key;
mod assignment;
mod attachment;
mod auth;
mod body;
mod chat;
mod direct;
mod documented;
mod error;
mod event;
mod event_rule;
mod ids;
mod inbox;
mod label;
mod member;
mod member_role;
mod message;
mod model;
mod page;
mod phone_number;
mod query;
mod respond;
mod routes;
mod saved_filter;
mod settings;
mod site;
mod statistics;
mod stream_credential;
mod version;
mod workflow;
mod workspace;

use std::sync::Arc;

use axum::response::Response;
use parlor_engine::delivery::EventPayloadEncoder;
use parlor_kit::{Dialect, ExampleRequest, RequestMeta, Route};
use parlor_model::Error;

pub use settings::{ModelConfig, Settings};

/// The dialect.
pub struct GravityRail;

/// The error of handlers and extractors.
type HandlerError = parlor_kit::DialectError<GravityRail>;

impl Dialect for GravityRail {
    const NAME: &'static str = "gravity-rail";
    const TITLE: &'static str = "Gravity Rail chats";
    const PREFIXES: &'static [&'static str] = &["/api/v2/"];
    const EXAMPLE_REQUEST: ExampleRequest = ExampleRequest {
        setup: &[],
        headers: &[
            "Authorization: Bearer {key}",
            "Content-Type: application/json",
        ],
        path: "/api/v2/w/{workspace}/chats",
        body: r#"{"channel":"web-chat","title":"Hello"}"#,
    };
    type Settings = Settings;

    fn routes() -> Vec<Route> {
        routes::routes()
    }

    fn event_payload_encoder() -> Option<Arc<dyn EventPayloadEncoder>> {
        Some(Arc::new(event_rule::payload::ChatEventPayloads))
    }

    fn render(error: &Error, _: &RequestMeta) -> Response {
        error::render(error)
    }
}
