//! Sharely spaces and groups over Parlor.

mod auth;
mod body;
mod error;
mod group;
mod ids;
mod key;
mod reply;
mod role;
mod routes;
mod settings;
mod space;
mod token;

use axum::response::Response;
use parlor_kit::{Dialect, Meta, Route};
use parlor_model::Error;

pub use settings::{ErrorStyle, Settings};

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
        routes::table()
    }

    fn render(error: &Error, meta: &Meta) -> Response {
        error::render(error, meta)
    }
}
