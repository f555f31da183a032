//! The table, in parts.

mod api_keys;
mod assignments;
mod chats;
mod direct;
mod event_rules;
mod labels;
mod members;
mod messages;
mod phone_numbers;
mod statistics;
mod workflows;

use parlor_kit::route::ParameterKind::{Between, Format, Integer, Length, Matching, Text};
use parlor_kit::route::{Auth, Route, get};

use utoipa::ToSchema;

use crate::error::ErrorResponse;
use crate::page::{MAX_PAGE, MAX_PAGE_SIZE, TOTAL_COUNT_HEADER};
use crate::{ids, model, workspace};

/// A path below a workspace.
macro_rules! workspace_path {
    ($path:literal) => {
        concat!("/api/v2/w/{workspace}", $path)
    };
}
use workspace_path;

/// The vendor's pages.
const CRUD: &str = "developer/api/workspace/chats/crud";
const ACTIONS: &str = "developer/api/workspace/chats/actions";
const MESSAGES: &str = "developer/api/workspace/chats/messages";
const STATS: &str = "developer/api/workspace/chats/stats";
const VERSIONS: &str = "developer/api/workspace/workflow_versions";
const ASSIGNMENTS: &str = "developer/api/workspace/assignments";
const PHONES: &str = "developer/api/workspace/phone_numbers";
const INBOXES: &str = "developer/api/workspace/inboxes";
const START: &str = "developer/guides/getting-started-integration";

type DocumentedError = (u16, &'static str);
const NO_SESSION: DocumentedError = (401, "The token is missing or not valid.");
const BAD_BODY: DocumentedError = (400, "The body or a field of it does not fit.");
const TOO_LARGE: DocumentedError = (413, "The body is too large.");
const BAD_QUERY: DocumentedError = (400, "A query parameter does not fit.");
const NO_SCOPE: DocumentedError = (403, "A scope is missing, or it is not the caller's own.");
const NO_CHAT: DocumentedError = (404, "No such chat.");
const NO_WORKSPACE: DocumentedError = (404, "No such workspace, or it is not the caller's.");
const TOO_MANY: DocumentedError = (429, "Too many requests, where they are limited.");
const WORKSPACE_ERRORS: &[DocumentedError] = &[NO_SESSION, NO_WORKSPACE, TOO_MANY];
const GLOBAL_ERRORS: &[DocumentedError] = &[NO_SESSION, TOO_MANY];

/// Pages are numbered.
trait PagedRoute {
    /// May be asked for a page.
    fn page_params(self) -> Self;
    /// Answers with one.
    fn responds_page<T: ToSchema>(self, text: &'static str) -> Self;
}

impl PagedRoute for Route {
    fn page_params(self) -> Self {
        self.query("page", Between(1, MAX_PAGE), "From 1; 1 by default.")
            .query(
                "pageSize",
                Between(1, MAX_PAGE_SIZE),
                "1 to 100; 20 by default.",
            )
    }

    fn responds_page<T: ToSchema>(self, text: &'static str) -> Self {
        self.page_params()
            .responds::<T>(200, text)
            .response_header_where(
                |status| status == 200,
                TOTAL_COUNT_HEADER,
                Integer,
                "How many rows all pages have.",
            )
    }
}

/// Parameters of paths that name something by integer or UUID.
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
];

/// Every route. Each answers with and without a last slash.
pub(crate) fn routes() -> Vec<Route> {
    let global = [
        get("/api/v2/w", workspace::list::handle)
            .doc("Lists the caller's workspaces", START)
            .responds::<workspace::list::ListWorkspacesResponse>(200, "The workspaces."),
        get(workspace_path!(""), workspace::get::handle)
            .doc("Gets one of the caller's workspaces", "")
            .responds::<workspace::WorkspaceResponse>(200, "The workspace."),
        get("/api/v2/workspaces/{workspace}", workspace::get::handle)
            .doc("Gets one of the caller's workspaces by its other path", "")
            .responds::<workspace::WorkspaceResponse>(200, "The workspace."),
        get("/api/v2/ai-models", model::list::handle)
            .doc("Lists the models chats may name", "")
            .responds::<model::list::AiModels>(200, "The models."),
    ];
    let parts = [
        chats::routes(),
        event_rules::routes(),
        direct::routes(),
        api_keys::routes(),
        statistics::routes(),
        labels::routes(),
        messages::routes(),
        members::routes(),
        workflows::routes(),
        assignments::routes(),
        phone_numbers::routes(),
    ];
    parts
        .into_iter()
        .flatten()
        .chain(global)
        .map(with_common_params)
        .collect()
}

/// What holds for all of them.
fn with_common_params(route: Route) -> Route {
    let is_below = route.summary().path.contains("{workspace}");
    let route = ENTITY_REF_PARAMS.iter().fold(route, |route, (name, text)| {
        route.path_param(name, Matching(ids::ENTITY_REF_PATTERN), text)
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
