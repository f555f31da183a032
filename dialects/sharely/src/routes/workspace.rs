//! The workspace itself, and whose a token of it is.

use parlor_kit::Auth;
use parlor_kit::Route;
use parlor_kit::route::{get, post, put};
use parlor_model::scope::{Resource, Scope};

use super::{BAD, LARGE, LIBRARY, UNKNOWN, WIDGET, unversioned, versioned};
use crate::error::Failure;
use crate::key::authenticated::{self, Authenticate, Authenticated};
use crate::workspace::update::{self, Update};
use crate::workspace::{Own, Public, get as own, public};

pub(super) fn routes() -> Vec<Route> {
    vec![
        get("/workspaces/{workspace}", public::handle)
            .doc("What a workspace shows to anybody.", WIDGET)
            .ok::<Public>(200, "The workspace.")
            .errors::<Failure<'_>>(&[BAD, UNKNOWN]),
        versioned(get("/v1/workspaces/{workspace}", own::handle))
            .doc("A workspace with what only its owner sees.", "")
            .scope(Scope::read(Resource::Admin))
            .ok::<Own>(200, "The workspace."),
        versioned(put("/v1/workspaces/{workspace}", update::handle))
            .doc(
                "Change what visitors see of a workspace, and who answers them.",
                "",
            )
            .scope(Scope::write(Resource::Admin))
            .body::<Update>()
            .optional()
            .ok::<Own>(200, "The workspace as it is now.")
            .errors::<Failure<'_>>(&[LARGE]),
        unversioned(
            post(
                "/v1/workspaces/{workspace}/api-authenticated",
                authenticated::handle,
            ),
            Auth::Bearer,
        )
        .doc("Whose a token of the workspace is.", LIBRARY)
        .scope(Scope::read(Resource::Members))
        .body::<Authenticate>()
        .example(r#"{"token":"a.b.c"}"#)
        .ok::<Authenticated>(200, "Its user; empty where it opens nothing.")
        .errors::<Failure<'_>>(&[LARGE]),
    ]
}
