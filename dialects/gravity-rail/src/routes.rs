//! The table, in parts.

mod assignments;
mod automations;
mod chats;
mod direct;
mod keys;
mod lines;
mod marks;
mod people;
mod queue;
mod talk;
mod work;

use parlor_kit::route::ParameterKind::{Between, Format, Integer, Length, Matching, Text};
use parlor_kit::route::{Auth, Route, get};

use utoipa::ToSchema;

use crate::error::ErrorBody;
use crate::page::{LARGEST, LAST, TOTAL};
use crate::{ids, model, workspace};

/// A path below a workspace.
macro_rules! w {
    ($path:literal) => {
        concat!("/api/v2/w/{workspace}", $path)
    };
}
use w;

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

type Refusal = (u16, &'static str);
const NO_SESSION: Refusal = (401, "The token is missing or not valid.");
const BAD_BODY: Refusal = (400, "The body or a field of it does not fit.");
const TOO_LARGE: Refusal = (413, "The body is too large.");
const BAD_QUERY: Refusal = (400, "A query parameter does not fit.");
const NO_SCOPE: Refusal = (403, "A scope is missing, or it is not the caller's own.");
const NO_CHAT: Refusal = (404, "No such chat.");
const NO_WORKSPACE: Refusal = (404, "No such workspace, or it is not the caller's.");
const TOO_MANY: Refusal = (429, "Too many requests, where they are limited.");
const WITHIN: &[Refusal] = &[NO_SESSION, NO_WORKSPACE, TOO_MANY];
const WITHOUT: &[Refusal] = &[NO_SESSION, TOO_MANY];

/// Pages are numbered.
trait Paged {
    /// May be asked for a page.
    fn numbered(self) -> Self;
    /// Answers with one.
    fn page_of<T: ToSchema>(self, text: &'static str) -> Self;
}

impl Paged for Route {
    fn numbered(self) -> Self {
        self.query("page", Between(1, LAST), "From 1; 1 by default.")
            .query("pageSize", Between(1, LARGEST), "1 to 100; 20 by default.")
    }

    fn page_of<T: ToSchema>(self, text: &'static str) -> Self {
        self.numbered().ok::<T>(200, text).sends_under(
            |status| status == 200,
            TOTAL,
            Integer,
            "How many rows all pages have.",
        )
    }
}

/// Parameters of paths that name something by integer or UUID.
const REFERENCES: &[(&str, &str)] = &[
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
            .ok::<workspace::list::Workspaces>(200, "The workspaces."),
        get(w!(""), workspace::get::handle)
            .doc("Gets one of the caller's workspaces", "")
            .ok::<workspace::WorkspaceResponse>(200, "The workspace."),
        get("/api/v2/workspaces/{workspace}", workspace::get::handle)
            .doc("Gets one of the caller's workspaces by its other path", "")
            .ok::<workspace::WorkspaceResponse>(200, "The workspace."),
        get("/api/v2/ai-models", model::list::handle)
            .doc("Lists the models chats may name", "")
            .ok::<model::list::AiModels>(200, "The models."),
    ];
    let parts = [
        chats::routes(),
        automations::routes(),
        direct::routes(),
        keys::routes(),
        queue::routes(),
        marks::routes(),
        talk::routes(),
        people::routes(),
        work::routes(),
        assignments::routes(),
        lines::routes(),
    ];
    parts
        .into_iter()
        .flatten()
        .chain(global)
        .map(common)
        .collect()
}

/// What holds for all of them.
fn common(route: Route) -> Route {
    let is_below = route.summary().path.contains("{workspace}");
    let route = REFERENCES.iter().fold(route, |route, (name, text)| {
        route.param(name, Matching(ids::PATTERN), text)
    });
    route
        .param("workspace", Format("uuid"), "The workspace's UUID.")
        .param("version", Between(1, i64::MAX), "From 1.")
        .param("task", Integer, "A step, from 1.")
        .param("call", Length(1, 200), "The id of the call.")
        .auth(Auth::Bearer)
        .slash()
        .errors::<ErrorBody>(if is_below { WITHIN } else { WITHOUT })
        .sends_under(
            |status| status == 401,
            "www-authenticate",
            Text,
            "`Bearer`.",
        )
}
