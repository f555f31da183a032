//! API keys, and roles.

use parlor_kit::route::{Route, delete, get, post, put};
use parlor_model::scope::{Resource, Scope};

use super::{
    BAD_BODY, BAD_QUERY, DocumentedError, NO_SCOPE, PagedRoute, TOO_LARGE, workspace_path,
};
use crate::error::ErrorResponse;
use crate::{api_key, member_role};

/// The vendor's page.
const KEYS: &str = "features/developer/api-keys";
const NO_ROLE: DocumentedError = (404, "No such role.");
const TAKEN: DocumentedError = (409, "The external id is another role's.");
const BUILT_IN: DocumentedError = (400, "A field does not fit, or the role is built in.");
const NO_KEY: DocumentedError = (404, "No such API key, or it is revoked.");

pub(super) fn routes() -> Vec<Route> {
    let (read, write) = (Scope::read(Resource::Admin), Scope::write(Resource::Admin));
    vec![
        get(workspace_path!("/roles"), member_role::list::handle)
            .doc(
                "Lists the roles that members have, and the workspace's own",
                "",
            )
            .scope(Scope::read(Resource::Members))
            .responds::<member_role::list::MemberRoles>(200, "All of them, as one page.")
            .errors::<ErrorResponse>(&[NO_SCOPE]),
        post(workspace_path!("/roles"), member_role::create::handle)
            .doc("Creates a role of the workspace's own", "")
            .scope(write)
            .body::<member_role::create::CreateMemberRoleRequest>()
            .example(r#"{"name":"Night shift"}"#)
            .responds::<member_role::MemberRoleResponse>(200, "The role.")
            .errors::<ErrorResponse>(&[BAD_BODY, NO_SCOPE, TAKEN, TOO_LARGE]),
        get(workspace_path!("/roles/{role}"), member_role::get::handle)
            .doc("Gets a role", "")
            .scope(read)
            .responds::<member_role::MemberRoleResponse>(200, "The role.")
            .errors::<ErrorResponse>(&[NO_SCOPE, NO_ROLE]),
        put(
            workspace_path!("/roles/{role}"),
            member_role::update::handle,
        )
        .doc("Updates a role of the workspace's own", "")
        .scope(write)
        .body::<member_role::update::UpdateMemberRoleRequest>()
        .optional()
        .responds::<member_role::MemberRoleResponse>(200, "The role as it is now.")
        .errors::<ErrorResponse>(&[BUILT_IN, NO_SCOPE, NO_ROLE, TAKEN, TOO_LARGE]),
        delete(
            workspace_path!("/roles/{role}"),
            member_role::delete::handle,
        )
        .doc("Deletes a role of the workspace's own", "")
        .scope(write)
        .responds_empty(204, "It is gone; sessions carry it no more.")
        .errors::<ErrorResponse>(&[BUILT_IN, NO_SCOPE, NO_ROLE]),
        get(workspace_path!("/api-keys"), api_key::list::handle)
            .doc("Lists API keys", KEYS)
            .scope(read)
            .responds_page::<api_key::list::ApiKeys>("A page of API keys.")
            .errors::<ErrorResponse>(&[BAD_QUERY, NO_SCOPE]),
        post(workspace_path!("/api-keys"), api_key::create::handle)
            .doc("Creates an API key", KEYS)
            .scope(write)
            .conditional_scope(Scope::read(Resource::Members), "it names another member")
            .body::<api_key::create::CreateApiKeyRequest>()
            .example(r#"{"name":"Backend","scopes":["conversations:read"],"expiresInDays":90}"#)
            .optional()
            .responds::<api_key::create::CreateApiKeyResponse>(200, "The key and its secret.")
            .errors::<ErrorResponse>(&[
                BAD_BODY,
                NO_SCOPE,
                (404, "No such member, or it is archived."),
                TOO_LARGE,
            ]),
        get(workspace_path!("/api-keys/{key}"), api_key::get::handle)
            .doc("Gets an API key", KEYS)
            .scope(read)
            .responds::<api_key::ApiKeyResponse>(200, "The key, without its secret.")
            .errors::<ErrorResponse>(&[NO_SCOPE, NO_KEY]),
        delete(workspace_path!("/api-keys/{key}"), api_key::revoke::handle)
            .doc("Revokes an API key", KEYS)
            .scope(write)
            .responds_empty(204, "It opens nothing any more.")
            .errors::<ErrorResponse>(&[NO_SCOPE, NO_KEY]),
    ]
}
