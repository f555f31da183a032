//! Roles, and whether they count.

use parlor_kit::Route;
use parlor_kit::route::{delete, get, post, put};
use parlor_model::scope::{Resource, Scope};

use super::{NOT_FOUND, PAYLOAD_TOO_LARGE, organization_required};
use crate::error::ErrorResponse;
use crate::role::create::{self, CreateRoleRequest};
use crate::role::rbac::{self, RbacResponse, SetRbacRequest};
use crate::role::update::{self, UpdateRoleRequest};
use crate::role::{self, RoleChangeResponse, RoleResponse};

const READ_SCOPE: Scope = Scope::read(Resource::Admin);
const WRITE_SCOPE: Scope = Scope::write(Resource::Admin);
const CUSTOMER_ROLE_ID_EXISTS: (u16, &str) = (409, "Another role has this customerRoleId.");

pub(super) fn routes() -> Vec<Route> {
    vec![
        organization_required(get("/v1/workspaces/{workspace}/role", role::list::handle))
            .doc("Every role of the workspace.", "api-reference/roles/list")
            .scope(READ_SCOPE)
            .responds::<role::list::ListRolesResponse>(200, "The roles."),
        organization_required(post("/v1/workspaces/{workspace}/role", create::handle))
            .doc("Make a role.", "api-reference/roles/create")
            .scope(WRITE_SCOPE)
            .body::<CreateRoleRequest>()
            .responds::<RoleChangeResponse>(201, "The new role.")
            .errors::<ErrorResponse<'_>>(&[CUSTOMER_ROLE_ID_EXISTS, PAYLOAD_TOO_LARGE]),
        organization_required(get(
            "/v1/workspaces/{workspace}/role/{role}",
            role::get::handle,
        ))
        .doc("One role.", "api-reference/roles")
        .scope(READ_SCOPE)
        .responds::<RoleResponse>(200, "The role.")
        .errors::<ErrorResponse<'_>>(&[NOT_FOUND]),
        organization_required(put(
            "/v1/workspaces/{workspace}/role/{role}",
            update::handle,
        ))
        .doc("Change a role.", "api-reference/roles/update")
        .scope(WRITE_SCOPE)
        .body::<UpdateRoleRequest>()
        .optional()
        .responds::<RoleChangeResponse>(200, "The role as it is now.")
        .errors::<ErrorResponse<'_>>(&[
            NOT_FOUND,
            CUSTOMER_ROLE_ID_EXISTS,
            PAYLOAD_TOO_LARGE,
        ]),
        organization_required(delete(
            "/v1/workspaces/{workspace}/role/{role}",
            role::delete::handle,
        ))
        .doc(
            "Delete a role; tokens that carry it are no good any more.",
            "api-reference/roles/delete",
        )
        .scope(WRITE_SCOPE)
        .responds::<role::delete::DeleteRoleResponse>(200, "It is gone.")
        .errors::<ErrorResponse<'_>>(&[NOT_FOUND]),
        organization_required(put("/v1/workspaces/{workspace}/rbac-status", rbac::handle))
            .doc(
                "Whether agent threads ask for a token that carries a role.",
                "api-reference/workspace",
            )
            .scope(WRITE_SCOPE)
            .body::<SetRbacRequest>()
            .example(r#"{"rbacEnabled":true}"#)
            .responds::<RbacResponse>(200, "What holds from now on.")
            .errors::<ErrorResponse<'_>>(&[PAYLOAD_TOO_LARGE]),
    ]
}
