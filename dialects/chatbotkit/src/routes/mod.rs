//! The table: every call under both prefixes. Names of nouns are singular; reads are `GET`, all else is `POST`.

mod channel;
mod contact;
mod conversation;
mod message;
mod space;
mod storage;
mod usage;

use std::sync::LazyLock;

use parlor_kit::Route;
use parlor_kit::route::ParameterKind::{OneOf, Text};
use parlor_model::scope::{Resource, Scope};

use crate::body::Anything;
use crate::error::ErrorResponse;
use crate::id_response::IdResponse;
use crate::import::ImportReport;

/// A row under each of the two prefixes.
macro_rules! row {
    ($method:ident $path:literal, $handler:expr) => {
        [
            parlor_kit::route::$method(concat!("/api/v1", $path), $handler)
                .auth(parlor_kit::Auth::Bearer),
            parlor_kit::route::$method(concat!("/v1", $path), $handler)
                .auth(parlor_kit::Auth::Bearer),
        ]
    };
}
use row;

pub(crate) fn table() -> Vec<Route> {
    let nouns = [
        space::rows(),
        storage::rows(),
        contact::rows(),
        conversation::rows(),
        message::rows(),
        channel::rows(),
        usage::rows(),
    ];
    let rows = nouns.into_iter().flatten();
    rows.map(|route| with_path_params(with_errors(route.trailing_slash())))
        .collect()
}

/// What the endpoints are called where requests are counted, under either prefix.
static ENDPOINTS: LazyLock<Vec<&'static str>> = LazyLock::new(|| {
    let paths = table().into_iter().map(|route| route.summary().path);
    paths.filter_map(|path| path.strip_prefix("/v1")).collect()
});

/// The endpoint of a request's path.
pub(crate) fn endpoint(path: &str) -> &'static str {
    let path = path.strip_prefix("/api").unwrap_or(path);
    let path = path.strip_prefix("/v1").unwrap_or(path);
    let path = path.strip_suffix('/').unwrap_or(path);
    ENDPOINTS
        .iter()
        .find(|template| {
            let same = |(part, text): (&str, &str)| part.starts_with('{') || part == text;
            let (parts, texts) = (template.split('/').count(), path.split('/').count());
            // A path in storage has any number of segments.
            let is_long_enough = match template.ends_with("/{path}") {
                true => texts >= parts,
                false => texts == parts,
            };
            is_long_enough && template.split('/').zip(path.split('/')).all(same)
        })
        .copied()
        .unwrap_or("")
}

/// Makes something of a body that may be absent.
fn creates<B: utoipa::ToSchema>(route: Route, resource: Resource) -> Route {
    updates(route.body::<B>().optional(), resource)
}

/// Deletes something. The vendor's clients send an empty object, or nothing.
fn deletes(route: Route, resource: Resource) -> Route {
    creates::<Anything>(route, resource)
}

/// The same where the body says more.
fn deleted_of<B: utoipa::ToSchema>(route: Route) -> Route {
    route.body::<B>().optional()
}

/// Changes something and gives its id.
fn updates(route: Route, resource: Resource) -> Route {
    route
        .scope(Scope::write(resource))
        .responds::<IdResponse>(200, "Its id")
}

fn reads<T: utoipa::ToSchema>(route: Route, resource: Resource) -> Route {
    route
        .scope(Scope::read(resource))
        .responds::<T>(200, "The record")
}

/// A list: whatever a parameter says that makes no sense counts as absent, but for the cursor.
fn lists<T: utoipa::ToSchema>(route: Route, resource: Resource) -> Route {
    route
        .scope(Scope::read(resource))
        .responds::<T>(200, "A page, or a stream of all")
        .or_media_type("application/jsonl")
        .query("cursor", Text, "Goes on behind the page that gave it")
        .query("order", Text, "asc or desc, by creation")
        .query("take", Text, "How many; of a page 100 at the most")
        .query("meta.*", Text, "Only those whose metadata has this value")
        .header("Accept", "Which of the media types to answer in")
}

/// An export: the same, and cells.
fn exports<T: utoipa::ToSchema>(route: Route, resource: Resource) -> Route {
    lists::<T>(route, resource).or_media_type("text/csv")
}

/// Takes a backup.
fn imports<B: utoipa::ToSchema>(route: Route, resource: Resource) -> Route {
    route
        .body::<B>()
        .body_media_type("application/jsonl")
        .body_media_type("application/x-ndjson")
        .optional()
        .scope(Scope::admin(resource))
        .responds::<ImportReport>(200, "What became of the records")
}

/// What the parameters of paths are.
fn with_path_params(route: Route) -> Route {
    route
        .path_param("space", Text, "The space's id")
        .path_param("contact", Text, "The contact's id")
        .path_param("conversation", Text, "The conversation's id")
        .path_param("message", Text, "The message's id")
        .path_param("attachment", Text, "The file's id")
        .path_param(
            "path",
            Text,
            "The path: its segments, each percent-encoded by itself, separated by slashes",
        )
        .path_param("token", Text, "What the address was signed with")
        .path_param("answer", Text, "The id of an assistant's message")
        .path_param("channel", Text, "The channel's id: at least 16 characters")
}

fn with_errors(route: Route) -> Route {
    route
        .errors::<ErrorResponse>(&[
            (400, "BAD_REQUEST: the request breaks a rule"),
            (401, "NOT_AUTHENTICATED: no or a wrong token"),
            (403, "NOT_AUTHORIZED: a scope is missing"),
            (404, "NOT_FOUND: it does not exist"),
            (
                409,
                "CONFLICT: a unique name is taken, or something stands in the way",
            ),
            (413, "CONTENT_TOO_LARGE: the body is too large"),
            (429, "TOO_MANY_REQUESTS: try again later"),
        ])
        .response_header_for(
            401,
            "www-authenticate",
            OneOf(&["Bearer"]),
            "How to show a token",
        )
        .response_header_for(
            413,
            "connection",
            OneOf(&["close"]),
            "The rest of the body is not read",
        )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_route_has_an_endpoint_and_every_endpoint_two_routes() {
        let mut counts = std::collections::BTreeMap::new();
        for route in table() {
            let path = route.summary().path;
            let filled: Vec<_> = path
                .split('/')
                .map(|part| if part.starts_with('{') { "x_1" } else { part })
                .collect();
            for spelling in [filled.join("/"), format!("{}/", filled.join("/"))] {
                let endpoint = endpoint(&spelling);
                assert!(path.ends_with(endpoint) && !endpoint.is_empty(), "{path}");
            }
            *counts.entry(endpoint(&filled.join("/"))).or_insert(0) += 1;
        }
        assert_eq!(counts.len(), ENDPOINTS.len());
        assert!(counts.values().all(|count| *count == 2));
    }
}
