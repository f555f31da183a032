//! The workspace itself, and whose a token of it is.

use parlor_kit::Auth;
use parlor_kit::Route;
use parlor_kit::route::{get, post, put};
use parlor_model::scope::{Resource, Scope};

use super::{
    BAD_REQUEST, LIBRARY_SOURCE, NOT_FOUND, PAYLOAD_TOO_LARGE, WIDGET_SOURCE,
    organization_optional, organization_required,
};
use crate::error::ErrorResponse;
use crate::key::authenticate_user::{self, AuthenticateUserRequest, AuthenticatedUser};
use crate::workspace::update::{self, UpdateWorkspaceRequest};
use crate::workspace::{OwnWorkspace, PublicWorkspace, get as own, public};

pub(super) fn routes() -> Vec<Route> {
    vec![
        get("/workspaces/{workspace}", public::handle)
            .doc("What a workspace shows to anybody.", WIDGET_SOURCE)
            .responds::<PublicWorkspace>(200, "The workspace.")
            .errors::<ErrorResponse<'_>>(&[BAD_REQUEST, NOT_FOUND]),
        organization_required(get("/v1/workspaces/{workspace}", own::handle))
            .doc("A workspace with what only its owner sees.", "")
            .scope(Scope::read(Resource::Admin))
            .responds::<OwnWorkspace>(200, "The workspace."),
        organization_required(put("/v1/workspaces/{workspace}", update::handle))
            .doc(
                "Change what visitors see of a workspace, and who answers them.",
                "",
            )
            .scope(Scope::write(Resource::Admin))
            .body::<UpdateWorkspaceRequest>()
            .optional()
            .responds::<OwnWorkspace>(200, "The workspace as it is now.")
            .errors::<ErrorResponse<'_>>(&[PAYLOAD_TOO_LARGE]),
        organization_optional(
            post(
                "/v1/workspaces/{workspace}/api-authenticated",
                authenticate_user::handle,
            ),
            Auth::Bearer,
        )
        .doc("Whose a token of the workspace is.", LIBRARY_SOURCE)
        .scope(Scope::read(Resource::Members))
        .body::<AuthenticateUserRequest>()
        .example(r#"{"token":"a.b.c"}"#)
        .responds::<AuthenticatedUser>(200, "Its user; empty where it opens nothing.")
        .errors::<ErrorResponse<'_>>(&[PAYLOAD_TOO_LARGE]),
    ]
}
