//! Sharely spaces and groups over Parlor.

mod auth;
mod body;
mod error;
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
use parlor_kit::{Dialect, ExampleRequest, RequestMeta, Route};
use parlor_model::Error;

pub use settings::{ErrorStyle, RoleList, Settings};

/// The dialect.
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
        routes::table()
    }

    fn render(error: &Error, meta: &RequestMeta) -> Response {
        error::render(error, meta)
    }
}
