//! Dialect of Sharely's spaces, groups and agent threads.

mod auth;
mod body;
mod documented;
mod error;
mod error_precedence;
mod event;
mod goal;
mod group;
mod ids;
mod key;
mod knowledge;
mod message;
mod rag;
mod response;
mod role;
mod routes;
mod settings;
mod space;
mod thread;
mod token;
mod tool;
mod widget;
mod workspace;

use axum::response::Response;
use http::Method;
use parlor_kit::example_request::SetupRequest;
use parlor_kit::{Dialect, DialectError, ExampleRequest, RequestMeta, Route};
use parlor_model::Error;

pub use settings::{ErrorStyle, RoleList, Settings};

type HandlerError = DialectError<Sharely>;

/// The Sharely dialect.
pub struct Sharely;

impl Dialect for Sharely {
    const NAME: &'static str = "sharely";
    const TITLE: &'static str = "Sharely spaces and groups";
    const PREFIXES: &'static [&'static str] = &[
        "/v1/workspaces/",
        "/workspaces/",
        "/spaces",
        "/public-spaces/",
        "/goals/",
        "/knowledges-content-key/",
    ];
    const EXAMPLE_REQUEST: ExampleRequest = ExampleRequest {
        setup: &[
            SetupRequest {
                method: Method::POST,
                path: "/workspaces/{workspace}/generate-access-key-token",
                headers: &[("x-api-key", "{key}")],
                body: "{}",
                captures: &[("session", "token")],
            },
            SetupRequest {
                method: Method::PUT,
                path: "/workspaces/{workspace}/activate-or-retrieve-user-space",
                headers: &[
                    ("authorization", "Bearer {session}"),
                    ("organizationid", "{organization}"),
                ],
                body: r#"{"workspaceId":"{workspace}","userId":"{owner}"}"#,
                captures: &[("space", "spaceId")],
            },
        ],
        headers: &[
            "Authorization: Bearer {session}",
            "organizationid: {organization}",
            "Content-Type: application/json",
        ],
        path: "/v1/workspaces/{workspace}/spaces/{space}/group",
        body: r#"{"name":"Hello"}"#,
    };
    type Settings = Settings;

    fn routes() -> Vec<Route> {
        routes::routes()
    }

    fn render(error: &Error, meta: &RequestMeta) -> Response {
        error::render(error, meta)
    }
}
