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

use crate::auth::{KEY_HEADER, ORGANIZATION_HEADER};
use crate::error::{ErrorIdResponse, ErrorResponse};
use crate::key::exchange::{self, GenerateAccessKeyTokenRequest};
use crate::space::activate::{self, ActivateSpaceRequest};
use crate::widget::create_space::{self, CreateVisitorSpaceRequest};

type DocumentedError = (u16, &'static str);
const BAD_REQUEST: DocumentedError = (400, "The request cannot be read or breaks a rule.");
const UNAUTHENTICATED: DocumentedError = (401, "No usable credential.");
const FORBIDDEN: DocumentedError = (403, "The caller may not.");
const NOT_FOUND: DocumentedError = (404, "It does not exist.");
const CONFLICT: DocumentedError = (409, "It does not fit what is there.");
const PAYLOAD_TOO_LARGE: DocumentedError = (413, "The body is too large.");
const TOO_MANY_REQUESTS: DocumentedError = (429, "Too many requests.");

const ORGANIZATION_TEXT: &str = "The organization that owns the workspace.";

/// What the widget's calls follow, in place of a page.
const WIDGET_SOURCE: &str = "the browser widget's own calls";
/// What the calls of the vendor's server library follow, in place of a page.
const LIBRARY_SOURCE: &str = "the server library's own calls";
/// What the calls follow that no page shows but the widget makes in another way.
const MIRRORED_SOURCE: &str = "the browser widget's own calls, under the versioned path";

pub(crate) fn table() -> Vec<Route> {
    let parts = [
        sign_in_routes(),
        workspace::routes(),
        spaces::routes(),
        roles::routes(),
        agent::routes(),
        widget::routes(),
        knowledge::routes(),
    ];
    let id = |route: Route, name, text| route.path_param(name, Format("uuid"), text);
    parts
        .into_iter()
        .flatten()
        .map(|route| {
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
        })
        .collect()
}

/// A route whose caller must name the organization.
fn organization_required(route: Route) -> Route {
    route
        .auth(Auth::Bearer)
        .typed_header(ORGANIZATION_HEADER, Format("uuid"), ORGANIZATION_TEXT)
        .required()
        .errors::<ErrorResponse<'_>>(&[BAD_REQUEST, FORBIDDEN])
}

/// A route whose caller may name the organization.
fn organization_optional(route: Route, auth: Auth) -> Route {
    route
        .auth(auth)
        .typed_header(ORGANIZATION_HEADER, Format("uuid"), ORGANIZATION_TEXT)
        .errors::<ErrorResponse<'_>>(&[BAD_REQUEST, FORBIDDEN])
}

/// The ways in.
fn sign_in_routes() -> Vec<Route> {
    vec![
        post(
            "/workspaces/{workspace}/generate-access-key-token",
            exchange::handle,
        )
        .doc(
            "Exchange an API key for a token that lasts a day.",
            "api-reference/spaces/generate-access-key-token",
        )
        .auth(Auth::Key(KEY_HEADER))
        .body::<GenerateAccessKeyTokenRequest>()
        .optional()
        .responds::<exchange::GenerateAccessKeyTokenResponse>(200, "The token.")
        .errors::<ErrorResponse<'_>>(&[BAD_REQUEST, NOT_FOUND, PAYLOAD_TOO_LARGE]),
        organization_required(put(
            "/workspaces/{workspace}/activate-or-retrieve-user-space",
            activate::handle,
        ))
        .doc(
            "A user's own space, made on first use, and a token for it.",
            "api-reference/spaces/activate-or-retrieve-user-space",
        )
        .scope(Scope::write(Resource::Spaces))
        .body::<ActivateSpaceRequest>()
        .responds::<activate::ActivateSpaceResponse>(200, "The space.")
        .errors::<ErrorResponse<'_>>(&[NOT_FOUND, PAYLOAD_TOO_LARGE]),
        organization_optional(
            post("/workspaces/{workspace}/spaces", create_space::handle),
            Auth::KeyOrBearer(KEY_HEADER),
        )
        .doc("A space for a visitor, and a token for it.", WIDGET_SOURCE)
        .scope(Scope::write(Resource::Spaces))
        .conditional_scope(
            Scope::write(Resource::Members),
            "a member is made of the visitor",
        )
        .body::<CreateVisitorSpaceRequest>()
        .optional()
        .responds::<create_space::CreateVisitorSpaceResponse>(200, "The space.")
        .errors::<ErrorResponse<'_>>(&[NOT_FOUND, PAYLOAD_TOO_LARGE]),
    ]
}
