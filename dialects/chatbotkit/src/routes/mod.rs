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

use crate::answer::Done;
use crate::body::Anything;
use crate::error::Failure;
use crate::import::Report;

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
    rows.map(|route| told(refusing(route.slash()))).collect()
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
fn made<B: utoipa::ToSchema>(route: Route, resource: Resource) -> Route {
    changed(route.body::<B>().optional(), resource)
}

/// Deletes something. The vendor's clients send an empty object, or nothing.
fn deleted(route: Route, resource: Resource) -> Route {
    made::<Anything>(route, resource)
}

/// The same where the body says more.
fn deleted_of<B: utoipa::ToSchema>(route: Route) -> Route {
    route.body::<B>().optional()
}

/// Changes something and gives its id.
fn changed(route: Route, resource: Resource) -> Route {
    route
        .scope(Scope::write(resource))
        .ok::<Done>(200, "Its id")
}

fn read<T: utoipa::ToSchema>(route: Route, resource: Resource) -> Route {
    route
        .scope(Scope::read(resource))
        .ok::<T>(200, "The record")
}

/// A list: whatever a parameter says that makes no sense counts as absent, but for the cursor.
fn listed<T: utoipa::ToSchema>(route: Route, resource: Resource) -> Route {
    route
        .scope(Scope::read(resource))
        .ok::<T>(200, "A page, or a stream of all")
        .or("application/jsonl")
        .query("cursor", Text, "Goes on behind the page that gave it")
        .query("order", Text, "asc or desc, by creation")
        .query("take", Text, "How many; of a page 100 at the most")
        .query("meta.*", Text, "Only those whose metadata has this value")
        .header("Accept", "Which of the media types to answer in")
}

/// An export: the same, and cells.
fn exported<T: utoipa::ToSchema>(route: Route, resource: Resource) -> Route {
    listed::<T>(route, resource).or("text/csv")
}

/// Takes a backup.
fn imported<B: utoipa::ToSchema>(route: Route, resource: Resource) -> Route {
    route
        .body::<B>()
        .body_of("application/jsonl")
        .body_of("application/x-ndjson")
        .optional()
        .scope(Scope::admin(resource))
        .ok::<Report>(200, "What became of the records")
}

/// What the parameters of paths are.
fn told(route: Route) -> Route {
    route
        .param("space", Text, "The space's id")
        .param("contact", Text, "The contact's id")
        .param("conversation", Text, "The conversation's id")
        .param("message", Text, "The message's id")
        .param("attachment", Text, "The file's id")
        .param(
            "path",
            Text,
            "The path: its segments, each percent-encoded by itself, separated by slashes",
        )
        .param("token", Text, "What the address was signed with")
        .param("answer", Text, "The id of an assistant's message")
        .param("channel", Text, "The channel's id: at least 16 characters")
}

fn refusing(route: Route) -> Route {
    route
        .errors::<Failure>(&[
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
        .sends_with(
            401,
            "www-authenticate",
            OneOf(&["Bearer"]),
            "How to show a token",
        )
        .sends_with(
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
