//! Roles, and whether they count.

use parlor_kit::Route;
use parlor_kit::route::{delete, get, post, put};
use parlor_model::scope::{Resource, Scope};

use super::{LARGE, UNKNOWN, versioned};
use crate::error::Failure;
use crate::role::create::{self, Create};
use crate::role::rbac::{self, Set, Status};
use crate::role::update::{self, Update};
use crate::role::{self, Role, Worked};

const READ: Scope = Scope::read(Resource::Admin);
const WRITE: Scope = Scope::write(Resource::Admin);
const TAKEN: (u16, &str) = (409, "Another role has this customerRoleId.");

pub(super) fn routes() -> Vec<Route> {
    vec![
        versioned(get("/v1/workspaces/{workspace}/role", role::list::handle))
            .doc("Every role of the workspace.", "api-reference/roles/list")
            .scope(READ)
            .ok::<role::list::Roles>(200, "The roles."),
        versioned(post("/v1/workspaces/{workspace}/role", create::handle))
            .doc("Make a role.", "api-reference/roles/create")
            .scope(WRITE)
            .body::<Create>()
            .ok::<Worked>(201, "The new role.")
            .errors::<Failure<'_>>(&[TAKEN, LARGE]),
        versioned(get(
            "/v1/workspaces/{workspace}/role/{role}",
            role::get::handle,
        ))
        .doc("One role.", "api-reference/roles")
        .scope(READ)
        .ok::<Role>(200, "The role.")
        .errors::<Failure<'_>>(&[UNKNOWN]),
        versioned(put(
            "/v1/workspaces/{workspace}/role/{role}",
            update::handle,
        ))
        .doc("Change a role.", "api-reference/roles/update")
        .scope(WRITE)
        .body::<Update>()
        .optional()
        .ok::<Worked>(200, "The role as it is now.")
        .errors::<Failure<'_>>(&[UNKNOWN, TAKEN, LARGE]),
        versioned(delete(
            "/v1/workspaces/{workspace}/role/{role}",
            role::delete::handle,
        ))
        .doc(
            "Delete a role; tokens that carry it are no good any more.",
            "api-reference/roles/delete",
        )
        .scope(WRITE)
        .ok::<role::delete::Deleted>(200, "It is gone.")
        .errors::<Failure<'_>>(&[UNKNOWN]),
        versioned(put("/v1/workspaces/{workspace}/rbac-status", rbac::handle))
            .doc(
                "Whether agent threads ask for a token that carries a role.",
                "api-reference/workspace",
            )
            .scope(WRITE)
            .body::<Status>()
            .example(r#"{"rbacEnabled":true}"#)
            .ok::<Set>(200, "What holds from now on.")
            .errors::<Failure<'_>>(&[LARGE]),
    ]
}
