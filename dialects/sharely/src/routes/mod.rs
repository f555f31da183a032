//! The table of routes, in parts: one per path family, as the vendor groups its pages.

mod agent;
mod knowledge;
mod roles;
mod spaces;
mod widget;
mod workspace;

use parlor_kit::Auth;
use parlor_kit::Route;
use parlor_kit::route::ParameterKind::{Format, Text};
use parlor_kit::route::{post, put};
use parlor_model::scope::{Resource, Scope};

use crate::auth::{KEY, ORGANIZATION};
use crate::error::{Failure, Newer};
use crate::key::exchange::{self, Exchange};
use crate::space::activate::{self, Activate};
use crate::widget::newcomer::{self, Arrive};

type Refusal = (u16, &'static str);
const BAD: Refusal = (400, "The request cannot be read or breaks a rule.");
const UNKNOWN_CALLER: Refusal = (401, "No usable credential.");
const REFUSED: Refusal = (403, "The caller may not.");
const UNKNOWN: Refusal = (404, "It does not exist.");
const STANDING: Refusal = (409, "It does not fit what is there.");
const LARGE: Refusal = (413, "The body is too large.");
const MANY: Refusal = (429, "Too many requests.");

const ORGANIZATION_TEXT: &str = "The organization that owns the workspace.";

/// What the widget's calls follow, in place of a page.
const WIDGET: &str = "the browser widget's own calls";
/// What the calls of the vendor's server library follow, in place of a page.
const LIBRARY: &str = "the server library's own calls";
/// What the calls follow that no page shows but the widget makes in another way.
const MIRRORED: &str = "the browser widget's own calls, under the versioned path";

pub(crate) fn table() -> Vec<Route> {
    let parts = [
        entrance(),
        workspace::routes(),
        spaces::routes(),
        roles::routes(),
        agent::routes(),
        widget::routes(),
        knowledge::routes(),
    ];
    let id = |route: Route, name, text| route.param(name, Format("uuid"), text);
    parts
        .into_iter()
        .flatten()
        .map(|route| {
            let route = id(route.slash(), "workspace", "The workspace.");
            let route = id(route, "space", "The space.");
            let route = id(route, "conversation", "The group.");
            let route = id(route, "thread", "The thread.");
            let route = id(
                route,
                "signal",
                "The signal: its id, or that of its message.",
            );
            let route = route.param("knowledge", Text, "What is known.");
            let route = route.param("workflow", Text, "The workflow.");
            let route = route.param("tool", Text, "What the tool is called.");
            id(route, "role", "The role.")
                .errors::<Failure<'_>>(&[UNKNOWN_CALLER, MANY])
                .or_json_under::<Newer<'_>>(|status| status >= 400)
                .sends_under(|_| true, "x-api-version", Text, "`v1`.")
        })
        .collect()
}

/// A route whose caller must name the organization.
fn versioned(route: Route) -> Route {
    route
        .auth(Auth::Bearer)
        .header_of(ORGANIZATION, Format("uuid"), ORGANIZATION_TEXT)
        .required()
        .errors::<Failure<'_>>(&[BAD, REFUSED])
}

/// A route whose caller may name the organization.
fn unversioned(route: Route, auth: Auth) -> Route {
    route
        .auth(auth)
        .header_of(ORGANIZATION, Format("uuid"), ORGANIZATION_TEXT)
        .errors::<Failure<'_>>(&[BAD, REFUSED])
}

/// The ways in.
fn entrance() -> Vec<Route> {
    vec![
        post(
            "/workspaces/{workspace}/generate-access-key-token",
            exchange::handle,
        )
        .doc(
            "Exchange an API key for a token that lasts a day.",
            "api-reference/spaces/generate-access-key-token",
        )
        .auth(Auth::Key(KEY))
        .body::<Exchange>()
        .optional()
        .ok::<exchange::Token>(200, "The token.")
        .errors::<Failure<'_>>(&[BAD, UNKNOWN, LARGE]),
        versioned(put(
            "/workspaces/{workspace}/activate-or-retrieve-user-space",
            activate::handle,
        ))
        .doc(
            "A user's own space, made on first use, and a token for it.",
            "api-reference/spaces/activate-or-retrieve-user-space",
        )
        .scope(Scope::write(Resource::Spaces))
        .body::<Activate>()
        .ok::<activate::Activated>(200, "The space.")
        .errors::<Failure<'_>>(&[UNKNOWN, LARGE]),
        unversioned(
            post("/workspaces/{workspace}/spaces", newcomer::handle),
            Auth::KeyOrBearer(KEY),
        )
        .doc("A space for a visitor, and a token for it.", WIDGET)
        .scope(Scope::write(Resource::Spaces))
        .also(
            Scope::write(Resource::Members),
            "a member is made of the visitor",
        )
        .body::<Arrive>()
        .optional()
        .ok::<newcomer::Arrived>(200, "The space.")
        .errors::<Failure<'_>>(&[UNKNOWN, LARGE]),
    ]
}
