//! Lists the routes, with what all of them share. Each endpoint's file declares its own.

use parlor_kit::Route;
use parlor_kit::route::ParameterKind::{Format, Text};

use crate::documented::{PathPrefix, TOO_MANY_REQUESTS, UNAUTHENTICATED};
use crate::error::{ErrorIdResponse, ErrorResponse};
use crate::{
    event, goal, group, key, knowledge, message, rag, role, space, thread, tool, widget, workspace,
};

/// Returns every route in the order of the OpenAPI document. Each path is also served with a trailing slash.
pub(crate) fn routes() -> Vec<Route> {
    let mut routes = vec![
        key::exchange::route(),
        space::activate::route(),
        widget::create_space::route(),
        workspace::public::route(),
        workspace::get::route(),
        workspace::update::route(),
        key::authenticate_user::route(),
        rag::space::route(),
        space::get::route(),
        group::create::route(),
        group::list::route(),
        group::get::route(),
        event::stream::route(),
        group::rename::route(),
        group::delete::route(),
        message::list::route(),
        message::save::route(),
        role::list::route(),
        role::create::route(),
        role::get::route(),
        role::update::route(),
        role::delete::route(),
        role::rbac::route(),
        rag::agent::route(),
        tool::execute::route(),
    ];
    for prefix in [PathPrefix::Versioned, PathPrefix::Unversioned] {
        routes.extend([
            thread::list::route(prefix),
            thread::get::route(prefix),
            thread::update::route(prefix),
            thread::delete::route(prefix),
            thread::store::route(prefix),
            thread::chat::route(prefix),
        ]);
    }
    routes.extend([
        thread::create::route(),
        thread::create::route_unversioned(),
        widget::space::route(),
        widget::space::route_public(),
        widget::greeting::route(),
        widget::messages::route(),
        widget::send_message::route(),
        widget::thumb_signal::route(),
        widget::feedback::route(),
        widget::event::route(),
        group::rename::route_unversioned(),
        group::delete::route_unversioned(),
        widget::spaces::route(),
        widget::validate::route(),
        knowledge::tags::route(),
        knowledge::workflows::route(),
        knowledge::workflows::route_progress(),
        knowledge::workflows::route_group_progress(),
        knowledge::categories::route(),
        knowledge::content::route(),
        knowledge::query::route(),
        knowledge::query_title::route(),
        knowledge::browse::route(),
        goal::list::route(),
        goal::list::route_threads(),
    ]);
    routes.into_iter().map(with_shared_parts).collect()
}

/// Adds the path parameters, the errors and the version header.
fn with_shared_parts(route: Route) -> Route {
    let id = |route: Route, name, text| route.path_param(name, Format("uuid"), text);
    let route = id(route.trailing_slash(), "workspace", "The workspace.");
    let route = id(route, "space", "The space.");
    let route = id(route, "conversation", "The group.");
    let route = id(route, "thread", "The thread.");
    let route = id(
        route,
        "signal",
        "The signal: its id, or that of its message.",
    );
    let route = route.path_param("knowledge", Text, "What is known.");
    let route = route.path_param("workflow", Text, "The workflow.");
    let route = route.path_param("tool", Text, "What the tool is called.");
    id(route, "role", "The role.")
        .errors::<ErrorResponse<'_>>(&[UNAUTHENTICATED, TOO_MANY_REQUESTS])
        .or_json_schema_where::<ErrorIdResponse<'_>>(|status| status >= 400)
        .response_header_where(|_| true, "x-api-version", Text, "`v1`.")
}
