//! The table, in parts.

mod chats;
mod lines;
mod people;
mod work;

use parlor_kit::route::{Auth, ParameterKind, Route, get};

use crate::error::ErrorBody;
use crate::{model, workspace};

/// A path below a workspace.
macro_rules! w {
    ($path:literal) => {
        concat!("/api/v2/w/{workspace}", $path)
    };
}
use w;

/// The vendor's pages.
const CRUD: &str = "developer/api/workspace/chats/crud";
const VERSIONS: &str = "developer/api/workspace/workflow_versions";
const ASSIGNMENTS: &str = "developer/api/workspace/assignments";
const PHONES: &str = "developer/api/workspace/phone_numbers";
const INBOXES: &str = "developer/api/workspace/inboxes";
const START: &str = "developer/guides/getting-started-integration";

/// An integer from 1 or a UUID: either names a thing.
const REFERENCE: ParameterKind = ParameterKind::Matching(crate::ids::PATTERN);
const INSTANT: ParameterKind = ParameterKind::Format("date-time");
const PAGE: ParameterKind = ParameterKind::Between(1, crate::page::LAST);
const PAGE_SIZE: ParameterKind = ParameterKind::Between(1, crate::page::LARGEST);
const SORT_ORDER: ParameterKind = ParameterKind::OneOf(&["asc", "desc"]);

/// What stands in paths.
const NOUNS: [(&str, &str); 11] = [
    ("workspace", "The workspace."),
    ("conversation", "The chat."),
    ("member", "The member."),
    ("agent", "The agent."),
    ("workflow", "The workflow."),
    ("assignment", "The assignment."),
    ("phone_number", "The phone number."),
    ("inbox", "The inbox."),
    ("message", "The message."),
    ("label", "The label."),
    ("participant", "The participant's member."),
];

type Refusal = (u16, &'static str);
const NO_SESSION: Refusal = (401, "The token is missing or not valid.");
const WITHIN: [Refusal; 2] = [
    NO_SESSION,
    (404, "No such workspace, or it is not the caller's."),
];
const BAD_BODY: Refusal = (400, "The body or a field of it does not fit.");
const BAD_QUERY: Refusal = (400, "A query parameter does not fit.");
const NO_SCOPE: Refusal = (403, "A scope is missing, or it is not the caller's own.");

/// Every route. Each answers with and without a last slash.
pub(crate) fn routes() -> Vec<Route> {
    let global = [
        get("/api/v2/w", workspace::list::handle)
            .doc("Lists the caller's workspaces", START)
            .ok::<workspace::list::Workspaces>(200, "The workspaces."),
        get("/api/v2/ai-models", model::list::handle)
            .doc("Lists the models chats may name", "")
            .ok::<model::list::AiModels>(200, "The models."),
    ];
    let parts = [
        chats::routes(),
        people::routes(),
        work::routes(),
        lines::routes(),
    ];
    parts
        .into_iter()
        .flatten()
        .chain(global)
        .map(|route| {
            let route = NOUNS.iter().fold(route, |route, (noun, text)| {
                route.param(noun, REFERENCE, text)
            });
            let below = route.summary().path.contains("{workspace}");
            route
                .param(
                    "version",
                    ParameterKind::AtLeast(1),
                    "The version's number.",
                )
                .auth(Auth::Bearer)
                .slash()
                .errors::<ErrorBody>(if below { &WITHIN } else { &[NO_SESSION] })
        })
        .collect()
}
