//! Parts of route rows that several endpoints share: credentials, bodies, answers and query parameters.

use axum::handler::Handler;
use parlor_kit::AppState;
use parlor_kit::route::ParameterKind::Text;
use parlor_kit::route::{self, Auth, Route};
use parlor_model::scope::{Resource, Scope};
use utoipa::ToSchema;

use crate::body::Anything;
use crate::error::ErrorResponse;
use crate::id_response::IdResponse;
use crate::import::ImportReport;
use crate::prefix::Prefix;

/// Declares a `GET` endpoint that takes a bearer key. `api_path` is its path under `/api/v1`.
pub(crate) fn get<H, T>(prefix: Prefix, api_path: &'static str, handler: H) -> Route
where
    H: Handler<T, AppState>,
    T: 'static,
{
    route::get(prefix.path(api_path), handler).auth(Auth::Bearer)
}

/// Declares a `POST` endpoint that takes a bearer key. `api_path` is its path under `/api/v1`.
pub(crate) fn post<H, T>(prefix: Prefix, api_path: &'static str, handler: H) -> Route
where
    H: Handler<T, AppState>,
    T: 'static,
{
    route::post(prefix.path(api_path), handler).auth(Auth::Bearer)
}

/// Documents a write with an optional body, which returns the id of what it wrote.
pub(crate) fn writes<B: ToSchema>(route: Route, resource: Resource) -> Route {
    route
        .body::<B>()
        .optional()
        .scope(Scope::write(resource))
        .responds::<IdResponse>(200, "Its id")
}

/// Documents a deletion. The vendor's clients send an empty object or no body.
pub(crate) fn deletes(route: Route, resource: Resource) -> Route {
    writes::<Anything>(route, resource)
}

/// Documents a read of one record.
pub(crate) fn reads<T: ToSchema>(route: Route, resource: Resource) -> Route {
    route
        .scope(Scope::read(resource))
        .responds::<T>(200, "The record")
}

/// Documents a list. Parameters with an invalid value are ignored, except the cursor.
pub(crate) fn lists<T: ToSchema>(route: Route, resource: Resource) -> Route {
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

/// Documents an export: a list that may also be CSV.
pub(crate) fn exports<T: ToSchema>(route: Route, resource: Resource) -> Route {
    lists::<T>(route, resource).or_media_type("text/csv")
}

/// Documents an import.
pub(crate) fn imports<B: ToSchema>(route: Route, resource: Resource) -> Route {
    route
        .body::<B>()
        .body_media_type("application/jsonl")
        .body_media_type("application/x-ndjson")
        .optional()
        .scope(Scope::admin(resource))
        .responds::<ImportReport>(200, "What became of the records")
}

/// Documents a call to an assistant.
pub(crate) fn requires_assistant(route: Route) -> Route {
    route
        .scope(Scope::write(Resource::Messages))
        .errors::<ErrorResponse>(&[
            (424, "ASSISTANT_FAILED: the assistant did not answer; the message begins with the reason"),
            (501, "NOT_IMPLEMENTED: the workspace has no provider for its assistants"),
        ])
}
