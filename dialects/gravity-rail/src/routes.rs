//! Lists the routes, with what all of them share. Each endpoint's file declares its own.

use parlor_kit::route::ParameterKind::{Between, Format, Integer, Length, Matching, Text};
use parlor_kit::route::{Auth, Route};

use crate::documented::DocumentedError;
use crate::error::ErrorResponse;
use crate::ids::ENTITY_REF_PATTERN;
use crate::{
    action, agent, api_key, assignment, attachment, chat, direct, event, event_rule, inbox, label,
    member, member_role, message, model, phone_number, saved_filter, site, statistics, version,
    workflow, workspace,
};

const NO_SESSION: DocumentedError = (401, "The token is missing or not valid.");
const NO_WORKSPACE: DocumentedError = (404, "No such workspace, or it is not the caller's.");
const TOO_MANY: DocumentedError = (429, "Too many requests, where they are limited.");
const WORKSPACE_ERRORS: &[DocumentedError] = &[NO_SESSION, NO_WORKSPACE, TOO_MANY];
const GLOBAL_ERRORS: &[DocumentedError] = &[NO_SESSION, TOO_MANY];

/// Path parameters that take an integer id or a UUID.
const ENTITY_REF_PARAMS: &[(&str, &str)] = &[
    ("conversation", "The chat's integer id or UUID."),
    ("participant", "The participant's id: the member's."),
    ("answer", "The message's UUID or integer id."),
    ("label", "The label's integer id or UUID."),
    ("filter", "The saved filter's integer id or UUID."),
    ("member", "The member's integer id or UUID."),
    ("agent", "The agent's integer id or UUID."),
    ("workflow", "The workflow's UUID or integer id."),
    ("assignment", "The assignment's integer id or UUID."),
    ("phone_number", "The phone number's integer id or UUID."),
    ("inbox", "The inbox's integer id or UUID."),
    ("site", "The site's integer id or UUID."),
    ("dm", "The DM's integer id or UUID."),
    ("key", "The API key's integer id or UUID."),
    (
        "role",
        "The role's integer id, or the UUID of one of the workspace's own.",
    ),
    ("event_rule", "The event rule's integer id or UUID."),
    ("delivery", "The delivery's integer id or UUID."),
    ("attachment", "The file's integer id or UUID."),
];

/// Returns every route in the order of the OpenAPI document. Each path is served with and without a trailing slash.
pub(crate) fn routes() -> Vec<Route> {
    let routes = [
        chat::list::route(),
        chat::create::route(),
        chat::create_dm::route(),
        chat::get::route(),
        chat::update::route(),
        chat::archive::route(),
        chat::unarchive::route(),
        chat::export::route(),
        chat::token_usage::route(),
        chat::delete::route(),
        event_rule::list::route(),
        event_rule::create::route(),
        event_rule::get::route(),
        event_rule::update::route(),
        event_rule::delete::route(),
        event_rule::rotate_secret::route(),
        event_rule::resume::route(),
        event_rule::delivery::list::route(),
        event_rule::delivery::get::route(),
        event_rule::delivery::replay::route(),
        event_rule::delivery::replay_since::route(),
        direct::list::route(),
        direct::get::route(),
        direct::list_messages::route(),
        direct::send::route(),
        member_role::list::route(),
        member_role::create::route(),
        member_role::get::route(),
        member_role::update::route(),
        member_role::delete::route(),
        api_key::list::route(),
        api_key::create::route(),
        api_key::get::route(),
        api_key::revoke::route(),
        statistics::export::route(),
        statistics::needs_response::route(),
        statistics::daily::route(),
        statistics::tool_names::route(),
        label::list::route(),
        label::create::route(),
        label::update::route(),
        label::delete::route(),
        action::attach_labels::route(),
        action::detach_label::route(),
        saved_filter::list::route(),
        saved_filter::create::route(),
        saved_filter::get::route(),
        saved_filter::update::route(),
        saved_filter::delete::route(),
        message::list::route(),
        message::create::route(),
        attachment::list::route(),
        attachment::upload::route(),
        attachment::get::route(),
        event::stream::route(),
        message::rate::route(),
        message::list_by_tool_call::route(),
        action::add_participant::route(),
        action::remove_participant::route(),
        action::send_assistant_message::route(),
        action::summarize::route(),
        action::mark_read::route(),
        member::list::route(),
        member::create::route(),
        member::me::route(),
        member::get::route(),
        member::update::route(),
        member::archive::route(),
        member::unarchive::route(),
        member::delete::route(),
        member::sign_up::route(),
        agent::list::route(),
        agent::create::route(),
        agent::get::route(),
        agent::update::route(),
        agent::archive::route(),
        workflow::list::route(),
        workflow::create::route(),
        workflow::get::route(),
        workflow::update::route(),
        version::list::route(),
        version::publish::route(),
        version::get_active::route(),
        version::diff::route(),
        version::get::route(),
        version::update_note::route(),
        version::activate::route(),
        version::deactivate::route(),
        assignment::list::route(),
        assignment::create::route(),
        assignment::get::route(),
        assignment::update::route(),
        assignment::cancel::route(),
        assignment::cel_context::route(),
        assignment::task::get_current::route(),
        assignment::list_messages::route(),
        assignment::task::get::route(),
        assignment::task::select::route(),
        phone_number::list::route(),
        phone_number::create::route(),
        phone_number::get::route(),
        phone_number::update::route(),
        phone_number::archive::route(),
        phone_number::list_linkable::route(),
        phone_number::blockers::route(),
        phone_number::link::route(),
        inbox::list::route(),
        inbox::create::route(),
        inbox::get::route(),
        inbox::update::route(),
        inbox::delete::route(),
        site::list::route(),
        site::create::route(),
        site::get::route(),
        site::update::route(),
        workspace::list::route(),
        workspace::get::route(),
        workspace::get::alias_route(),
        model::list::route(),
    ];
    routes.into_iter().map(with_shared_parts).collect()
}

fn with_shared_parts(route: Route) -> Route {
    let is_below = route.summary().path.contains("{workspace}");
    let route = ENTITY_REF_PARAMS.iter().fold(route, |route, (name, text)| {
        route.path_param(name, Matching(ENTITY_REF_PATTERN), text)
    });
    route
        .path_param("workspace", Format("uuid"), "The workspace's UUID.")
        .path_param("version", Between(1, i64::MAX), "From 1.")
        .path_param("task", Integer, "A step, from 1.")
        .path_param("call", Length(1, 200), "The id of the call.")
        .auth(Auth::Bearer)
        .trailing_slash()
        .errors::<ErrorResponse>(if is_below {
            WORKSPACE_ERRORS
        } else {
            GLOBAL_ERRORS
        })
        .response_header_where(
            |status| status == 401,
            "www-authenticate",
            Text,
            "`Bearer`.",
        )
}
