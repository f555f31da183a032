//! The table of routes.

use parlor_kit::Auth;
use parlor_kit::Route;
use parlor_kit::route::{get, post, put};
use parlor_model::scope::{Resource, Scope};

use crate::auth::{KEY, ORGANIZATION};
use crate::error::Failure;
use crate::group::create::{self, Create};
use crate::key::exchange::{self, Exchange};
use crate::space::activate::{self, Activate};
use crate::space::get as one_space;

const ORGANIZATION_TEXT: &str = "The organization that owns the workspace.";
const BAD: (u16, &str) = (400, "The request cannot be read or breaks a rule.");
const UNKNOWN_CALLER: (u16, &str) = (401, "No usable credential.");
const REFUSED: (u16, &str) = (403, "The caller may not.");
const UNKNOWN: (u16, &str) = (404, "It does not exist.");
const MANY: (u16, &str) = (429, "Too many requests.");

pub(crate) fn table() -> Vec<Route> {
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
        .slash()
        .body::<Exchange>()
        .ok::<exchange::Token>(200, "The token.")
        .errors::<Failure<'_>>(&[BAD, UNKNOWN_CALLER, UNKNOWN, MANY]),
        put(
            "/workspaces/{workspace}/activate-or-retrieve-user-space",
            activate::handle,
        )
        .doc(
            "A user's own space, made on first use, and a token for it.",
            "api-reference/spaces/activate-or-retrieve-user-space",
        )
        .auth(Auth::Bearer)
        .scope(Scope::write(Resource::Spaces))
        .header(ORGANIZATION, ORGANIZATION_TEXT)
        .slash()
        .body::<Activate>()
        .ok::<activate::Activated>(200, "The space.")
        .errors::<Failure<'_>>(&[BAD, UNKNOWN_CALLER, REFUSED, UNKNOWN, MANY]),
        get(
            "/v1/workspaces/{workspace}/spaces/{space}",
            one_space::handle,
        )
        .doc("A space with its groups.", "api-reference/spaces/get")
        .auth(Auth::KeyOrBearer(KEY))
        .scope(Scope::read(Resource::Spaces))
        .header(ORGANIZATION, ORGANIZATION_TEXT)
        .slash()
        .ok::<one_space::Space>(200, "The space.")
        .errors::<Failure<'_>>(&[BAD, UNKNOWN_CALLER, REFUSED, UNKNOWN, MANY]),
        post(
            "/v1/workspaces/{workspace}/spaces/{space}/group",
            create::handle,
        )
        .doc(
            "Make a group in a space.",
            "api-reference/spaces/create-group",
        )
        .auth(Auth::Bearer)
        .scope(Scope::write(Resource::Conversations))
        .header(ORGANIZATION, ORGANIZATION_TEXT)
        .header(
            "Idempotency-Key",
            "A repeat with the same key and body within a day gives the first answer again.",
        )
        .slash()
        .body::<Create>()
        .ok::<create::NewGroup>(200, "The new group.")
        .errors::<Failure<'_>>(&[
            BAD,
            UNKNOWN_CALLER,
            REFUSED,
            UNKNOWN,
            (409, "The idempotency key was used with another body."),
            MANY,
        ]),
    ]
}
