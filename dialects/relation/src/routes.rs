//! The table of routes.

mod channel;
mod chat;
mod following;
mod live;
mod message;
mod path;
mod profile;
mod sign_in;

use parlor_kit::Route;
use parlor_kit::route::{Auth, ParameterKind};
use utoipa::ToSchema;

use crate::auth::{API_KEY, AUTHORIZATION};
use crate::envelope::Envelope;

pub(crate) use path::{LIVE, template};

const MEMBER_AUTH: Auth = Auth::KeyAndToken(API_KEY, AUTHORIZATION);

/// What names a channel in a query.
const CHANNEL_PARAM: ParameterKind = ParameterKind::Matching("^[0-9a-f]{32}$");

/// The same where it may be left empty, which is as good as absent.
const OPTIONAL_CHANNEL_PARAM: ParameterKind = ParameterKind::Matching("^([0-9a-f]{32})?$");

/// How many members a page has, as the document has it.
const MEMBERS_LIMIT_TEXT: &str =
    "Members at the most: 20 unless told otherwise, never more than 100.";

/// What names a place in a list of members, or nothing.
const MEMBERS_CURSOR_PARAM: ParameterKind = ParameterKind::Matching("^([0-9a-f]{32})?$");

/// What every answer with a code says in the document.
const ENVELOPE_TEXT: &str = "Success where `code` is \"0\"; otherwise a refusal, with `data` null.";

/// A row: every answer with a code is an envelope under HTTP 200.
fn enveloped<T: ToSchema>(route: Route, auth: Auth) -> Route {
    let route = route.auth(auth).trailing_slash();
    with_body_limit_error(
        route
            .responds::<T>(200, ENVELOPE_TEXT)
            .or_json_schema::<Envelope>(),
    )
}

/// A row that members call, whose success has no result.
fn enveloped_empty(route: Route) -> Route {
    with_body_limit_error(
        route
            .auth(MEMBER_AUTH)
            .trailing_slash()
            .responds::<Envelope>(200, ENVELOPE_TEXT),
    )
}

fn with_body_limit_error(route: Route) -> Route {
    route.errors::<Envelope>(&[(413, "The body is too large.")])
}

/// Signing in, then people, who are looked up before anybody is made by being named, then channels and what is in
/// them.
pub(crate) fn routes() -> Vec<Route> {
    let mut all = sign_in::routes();
    all.extend(profile::routes());
    all.extend(following::routes());
    all.extend(channel::routes());
    all.extend(chat::routes());
    all.extend(message::routes());
    all.extend(live::routes());
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_is_counted_under_its_own_path() {
        for route in routes() {
            let path = route.summary().path;
            assert_eq!(template(path), path);
            assert_eq!(template(&format!("{path}/")), path);
        }
    }
}
