//! Parts of route rows that several endpoints share: credentials, documented errors and the sources of undocumented calls.

use parlor_kit::route::ParameterKind::Format;
use parlor_kit::route::{Auth, Route};

use crate::auth::ORGANIZATION_HEADER;
use crate::error::ErrorResponse;

type DocumentedError = (u16, &'static str);
pub(crate) const BAD_REQUEST: DocumentedError =
    (400, "The request cannot be read or breaks a rule.");
pub(crate) const UNAUTHENTICATED: DocumentedError = (401, "No usable credential.");
const FORBIDDEN: DocumentedError = (403, "The caller may not.");
pub(crate) const NOT_FOUND: DocumentedError = (404, "It does not exist.");
pub(crate) const CONFLICT: DocumentedError = (409, "It does not fit what is there.");
pub(crate) const PAYLOAD_TOO_LARGE: DocumentedError = (413, "The body is too large.");
pub(crate) const TOO_MANY_REQUESTS: DocumentedError = (429, "Too many requests.");

const ORGANIZATION_TEXT: &str = "The organization that owns the workspace.";

/// Source of calls that only the browser widget documents.
pub(crate) const WIDGET_SOURCE: &str = "the browser widget's own calls";
/// Source of calls that only the vendor's server library documents.
pub(crate) const LIBRARY_SOURCE: &str = "the server library's own calls";
/// Source of calls that the browser widget makes under another path.
pub(crate) const MIRRORED_SOURCE: &str = "the browser widget's own calls, under the versioned path";

/// Adds the bearer token and the required organization header to a route.
pub(crate) fn organization_required(route: Route) -> Route {
    route
        .auth(Auth::Bearer)
        .typed_header(ORGANIZATION_HEADER, Format("uuid"), ORGANIZATION_TEXT)
        .required()
        .errors::<ErrorResponse<'_>>(&[BAD_REQUEST, FORBIDDEN])
}

/// Adds credentials and the optional organization header to a route.
pub(crate) fn organization_optional(route: Route, auth: Auth) -> Route {
    route
        .auth(auth)
        .typed_header(ORGANIZATION_HEADER, Format("uuid"), ORGANIZATION_TEXT)
        .errors::<ErrorResponse<'_>>(&[BAD_REQUEST, FORBIDDEN])
}

/// Prefix of a path that is served with and without the API's version.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum PathPrefix {
    /// `/v1`, as the vendor's pages document it.
    Versioned,
    /// No prefix, as the browser widget calls it.
    Unversioned,
}

/// Expands to the path under a [`PathPrefix`].
macro_rules! prefixed_path {
    ($prefix:expr, $path:literal) => {
        match $prefix {
            crate::documented::PathPrefix::Versioned => concat!("/v1", $path),
            crate::documented::PathPrefix::Unversioned => $path,
        }
    };
}
pub(crate) use prefixed_path;
