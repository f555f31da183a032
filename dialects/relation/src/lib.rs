//! Relation group chat over Parlor: signing in with a wallet, and channels of type G (groups) and P (pairs).
//!
//! Responses are the envelope `{code, desc, data}` under HTTP 200; see [`error`] for the codes. Requests have two
//! credentials: the `ApiKey` header authenticates the project, which is the workspace, and a unified token the member,
//! whose handle is the vendor's `relationId`. Start at [`routes`].

mod auth;
mod bool_param;
mod channel;
mod chat;
mod documented;
mod envelope;
mod error;
mod following;
mod ids;
mod live;
mod message;
mod profile;
mod public_profiles;
mod routes;
mod session;
mod settings;
mod signer;
mod verify;
mod wallet;

use axum::response::Response;
use parlor_kit::{Dialect, ExampleRequest, RequestMeta, Route};
use parlor_model::Error;

pub use settings::{ListOrder, Settings};

/// The dialect.
pub struct Relation;

/// The error of a handler, rendered by this dialect.
type HandlerError = parlor_kit::DialectError<Relation>;

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
        "/api/v1/follow/",
        "/auth",
        "/jwk",
        "/ws/",
    ];
    const EXAMPLE_REQUEST: ExampleRequest = ExampleRequest {
        setup: &[],
        headers: &[
            "ApiKey: {key}",
            "Authorization: Bearer {member}",
            "Content-Type: application/json",
        ],
        path: "/api/v1/channel/create",
        body: r#"{"type":"G","name":"Hello","members":[]}"#,
    };
    type Settings = Settings;

    fn routes() -> Vec<Route> {
        routes::routes()
    }

    fn render(error: &Error, _: &RequestMeta) -> Response {
        error::render(error)
    }
}
