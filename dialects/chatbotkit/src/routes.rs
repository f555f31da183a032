//! Lists the routes, with what all of them share. Each endpoint's file declares its own. Names of nouns in paths are
//! singular; reads are `GET`, all other calls are `POST`.

use parlor_kit::Route;
use parlor_kit::route::ParameterKind::{OneOf, Text};

use crate::error::ErrorResponse;
use crate::prefix::Prefix;
use crate::{attachment, channel, contact, conversation, message, space, storage, usage};

/// Declares one endpoint under a prefix.
type Endpoint = fn(Prefix) -> Route;

/// The endpoints in the order of the OpenAPI document.
const ENDPOINTS: &[Endpoint] = &[
    space::create::route,
    space::list::route,
    space::export::route,
    space::import::route,
    space::fetch::route,
    space::update::route,
    space::delete::route,
    storage::list_root::route,
    storage::list_directory::route,
    storage::download::route,
    storage::upload::route,
    storage::copy::route,
    storage::rename::route,
    storage::delete::route,
    attachment::upload::route,
    attachment::upload::client_route,
    attachment::list::route,
    attachment::download::route,
    storage::download_signed::route,
    storage::upload_signed::route,
    contact::create::route,
    contact::ensure::route,
    contact::upsert::route,
    contact::list::route,
    contact::export::route,
    contact::import::route,
    contact::fetch::route,
    contact::update::route,
    contact::delete::route,
    space::list_by_contact::route,
    conversation::list_by_contact::route,
    conversation::create::route,
    conversation::list::route,
    conversation::export::route,
    conversation::import::route,
    conversation::stateless::complete::route,
    conversation::stateless::dispatch::route,
    conversation::stateless::compact::route,
    conversation::fetch::route,
    conversation::update::route,
    conversation::delete::route,
    conversation::send::route,
    conversation::upsert_contact::route,
    conversation::receive::route,
    conversation::complete::route,
    conversation::dispatch::route,
    conversation::compact::route,
    conversation::upvote::route,
    conversation::downvote::route,
    conversation::list_votes::route,
    conversation::create_session::route,
    message::create::route,
    message::create_batch::route,
    message::list::route,
    message::fetch::route,
    message::update::route,
    message::delete::route,
    message::synthesize::route,
    message::upvote::route,
    message::downvote::route,
    channel::publish::route,
    channel::subscribe::route,
    usage::fetch::route,
    conversation::usage::route,
];

/// Returns every route, each endpoint under both prefixes. Paths are served with and without a trailing slash.
pub(crate) fn routes() -> Vec<Route> {
    ENDPOINTS
        .iter()
        .flat_map(|endpoint| Prefix::ALL.map(endpoint))
        .map(with_shared_parts)
        .collect()
}

fn with_shared_parts(route: Route) -> Route {
    with_path_params(with_errors(route.trailing_slash()))
}

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
    use std::collections::BTreeMap;

    use super::*;
    use crate::prefix::endpoint_name;

    #[test]
    fn every_endpoint_has_a_route_under_each_prefix() {
        let mut counts = BTreeMap::new();
        for route in routes() {
            let row = route.summary();
            *counts
                .entry((row.method.to_string(), endpoint_name(row.path)))
                .or_insert(0) += 1;
        }
        assert_eq!(counts.len(), ENDPOINTS.len());
        assert!(counts.values().all(|count| *count == Prefix::ALL.len()));
    }
}
