//! Parts of route rows that several endpoints share: credentials, parameters and the response envelope.

use parlor_kit::Route;
use parlor_kit::route::{Auth, ParameterKind};
use utoipa::ToSchema;

use crate::auth::{API_KEY, AUTHORIZATION};
use crate::envelope::Envelope;

/// Credentials of a member: the project's key and the member's unified token.
pub(crate) const MEMBER_AUTH: Auth = Auth::KeyAndToken(API_KEY, AUTHORIZATION);
/// Credential of a project.
pub(crate) const PROJECT_AUTH: Auth = Auth::Key(API_KEY);

/// A channel's id in a query.
pub(crate) const CHANNEL_PARAM: ParameterKind = ParameterKind::Matching("^[0-9a-f]{32}$");
/// An optional channel id in a query; an empty text counts as absent.
pub(crate) const OPTIONAL_CHANNEL_PARAM: ParameterKind =
    ParameterKind::Matching("^([0-9a-f]{32})?$");
pub(crate) const CHANNEL_UUID_TEXT: &str = "The channel, 32 hex digits.";

pub(crate) const MEMBERS_LIMIT_TEXT: &str =
    "Members at the most: 20 unless told otherwise, never more than 100.";
/// A cursor of a member list; an empty text starts at the first page.
pub(crate) const MEMBERS_CURSOR_PARAM: ParameterKind = ParameterKind::Matching("^([0-9a-f]{32})?$");
pub(crate) const CURSOR_TEXT: &str = "The cursor of the page before.";

const ENVELOPE_TEXT: &str = "Success where `code` is \"0\"; otherwise a refusal, with `data` null.";

/// Adds the envelope of a successful response with data of `T`, and the errors under the same HTTP 200.
pub(crate) fn enveloped<T: ToSchema>(route: Route, auth: Auth) -> Route {
    with_body_limit_error(
        route
            .auth(auth)
            .responds::<T>(200, ENVELOPE_TEXT)
            .or_json_schema::<Envelope>(),
    )
}

/// Adds the envelope without data to a route that members call.
pub(crate) fn enveloped_empty(route: Route) -> Route {
    with_body_limit_error(
        route
            .auth(MEMBER_AUTH)
            .responds::<Envelope>(200, ENVELOPE_TEXT),
    )
}

fn with_body_limit_error(route: Route) -> Route {
    route.errors::<Envelope>(&[(413, "The body is too large.")])
}
