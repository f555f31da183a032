//! The table: every call under both prefixes. Names of nouns are singular; reads are `GET`, all else is `POST`.

use parlor_kit::Route;
use parlor_kit::route::ParameterKind::{Integer, Text};
use parlor_kit::route::{Auth, get, post};
use parlor_model::scope::{Resource, Scope};

use crate::answer::Done;
use crate::error::Failure;
use crate::{contact, conversation, space};

/// What the endpoints are called where requests are counted, under either prefix.
const ENDPOINTS: [&str; 16] = [
    "/space/create",
    "/space/list",
    "/space/export",
    "/space/{space}/fetch",
    "/space/{space}/update",
    "/space/{space}/delete",
    "/contact/create",
    "/contact/ensure",
    "/contact/list",
    "/contact/export",
    "/contact/{contact}/fetch",
    "/contact/{contact}/update",
    "/contact/{contact}/delete",
    "/contact/{contact}/space/list",
    "/conversation/create",
    "/conversation/{conversation}/fetch",
];

/// The endpoint of a request's path.
pub(crate) fn endpoint(path: &str) -> &'static str {
    let path = path.strip_prefix("/api").unwrap_or(path);
    let path = path.strip_prefix("/v1").unwrap_or(path);
    let path = path.strip_suffix('/').unwrap_or(path);
    ENDPOINTS
        .into_iter()
        .find(|template| {
            let same = |(part, text): (&str, &str)| part.starts_with('{') || part == text;
            template.split('/').count() == path.split('/').count()
                && template.split('/').zip(path.split('/')).all(same)
        })
        .unwrap_or("")
}

pub(crate) fn table() -> Vec<Route> {
    macro_rules! under {
        ($prefix:literal) => {
            [
                made::<space::Fields>(
                    post(concat!($prefix, "/space/create"), space::create::handle)
                        .doc("Make a space", "Creating Spaces"),
                    Resource::Spaces,
                ),
                listed::<space::Page>(
                    get(concat!($prefix, "/space/list"), space::list::handle).doc(
                        "A page of spaces, or all of them as a stream",
                        "Listing Spaces",
                    ),
                    Resource::Spaces,
                )
                .or("application/jsonl")
                .query(
                    "contactId",
                    Text,
                    "Only those of any of these contacts, comma-separated",
                )
                .query("blueprintId", Text, "Only those with this blueprint"),
                listed::<space::Page>(
                    get(concat!($prefix, "/space/export"), space::export::handle)
                        .doc("All spaces as JSON, JSONL or CSV", "Exporting Spaces"),
                    Resource::Spaces,
                )
                .or("application/jsonl")
                .or("text/csv")
                .query(
                    "contactId",
                    Text,
                    "Only those of any of these contacts, comma-separated",
                )
                .query("blueprintId", Text, "Only those with this blueprint"),
                read::<space::Record>(
                    get(
                        concat!($prefix, "/space/{space}/fetch"),
                        space::fetch::handle,
                    )
                    .doc("A space", "Fetching a Space"),
                    Resource::Spaces,
                ),
                made::<space::Fields>(
                    post(
                        concat!($prefix, "/space/{space}/update"),
                        space::update::handle,
                    )
                    .doc("Change a space", "Updating a Space"),
                    Resource::Spaces,
                ),
                changed(
                    post(
                        concat!($prefix, "/space/{space}/delete"),
                        space::delete::handle,
                    )
                    .doc("Delete a space; its conversations stay", "Deleting a Space"),
                    Resource::Spaces,
                ),
                made::<contact::Fields>(
                    post(concat!($prefix, "/contact/create"), contact::create::handle)
                        .doc("Make a contact, or find it by its fingerprint", "Contacts"),
                    Resource::Members,
                ),
                made::<contact::Fields>(
                    post(concat!($prefix, "/contact/ensure"), contact::ensure::handle).doc(
                        "Find a contact by its fingerprint, or make it",
                        "Contact Association",
                    ),
                    Resource::Members,
                ),
                listed::<contact::Page>(
                    get(concat!($prefix, "/contact/list"), contact::list::handle)
                        .doc("A page of contacts, or all of them as a stream", "Contacts"),
                    Resource::Members,
                )
                .or("application/jsonl"),
                listed::<contact::Page>(
                    get(concat!($prefix, "/contact/export"), contact::export::handle)
                        .doc("All contacts as JSON, JSONL or CSV", "Contacts"),
                    Resource::Members,
                )
                .or("application/jsonl")
                .or("text/csv"),
                read::<contact::Record>(
                    get(
                        concat!($prefix, "/contact/{contact}/fetch"),
                        contact::fetch::handle,
                    )
                    .doc("A contact", "Contacts"),
                    Resource::Members,
                ),
                made::<contact::Fields>(
                    post(
                        concat!($prefix, "/contact/{contact}/update"),
                        contact::update::handle,
                    )
                    .doc("Change a contact", "Contacts"),
                    Resource::Members,
                ),
                changed(
                    post(
                        concat!($prefix, "/contact/{contact}/delete"),
                        contact::delete::handle,
                    )
                    .doc(
                        "Delete a contact; its spaces and conversations stay",
                        "Contacts",
                    ),
                    Resource::Members,
                ),
                listed::<space::Page>(
                    get(
                        concat!($prefix, "/contact/{contact}/space/list"),
                        contact::spaces::handle,
                    )
                    .doc("The spaces of a contact", "Contacts"),
                    Resource::Spaces,
                )
                .or("application/jsonl"),
                made::<conversation::Fields>(
                    post(
                        concat!($prefix, "/conversation/create"),
                        conversation::create::handle,
                    )
                    .doc("Make a conversation", "Conversations"),
                    Resource::Conversations,
                ),
                read::<conversation::Record>(
                    get(
                        concat!($prefix, "/conversation/{conversation}/fetch"),
                        conversation::fetch::handle,
                    )
                    .doc("A conversation", "Conversations"),
                    Resource::Conversations,
                ),
            ]
        };
    }
    let both = under!("/api/v1").into_iter().chain(under!("/v1"));
    both.map(|route| refusing(route.auth(Auth::Bearer).slash()))
        .collect()
}

fn made<B: utoipa::ToSchema>(route: Route, resource: Resource) -> Route {
    changed(route.body::<B>(), resource)
}

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

fn listed<T: utoipa::ToSchema>(route: Route, resource: Resource) -> Route {
    read::<T>(route, resource)
        .query("cursor", Text, "Goes on behind the page that gave it")
        .query("order", Text, "asc or desc, by creation; desc unless asked")
        .query("take", Integer, "How many; on lists 100 at the most")
        .query("meta.*", Text, "Only those whose metadata has this value")
        .header("Accept", "Which of the media types to answer in")
}

fn refusing(route: Route) -> Route {
    route.errors::<Failure>(&[
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
