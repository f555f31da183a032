//! API keys, and roles.

use parlor_kit::route::{Route, delete, get, post, put};
use parlor_model::scope::{Resource, Scope};

use super::{BAD_BODY, BAD_QUERY, NO_SCOPE, Paged, Refusal, TOO_LARGE, w};
use crate::error::ErrorBody;
use crate::{api_key, member_role};

/// The vendor's page.
const KEYS: &str = "features/developer/api-keys";
const NO_ROLE: Refusal = (404, "No such role.");
const TAKEN: Refusal = (409, "The external id is another role's.");
const BUILT_IN: Refusal = (400, "A field does not fit, or the role is built in.");
const NO_KEY: Refusal = (404, "No such API key, or it is revoked.");

pub(super) fn routes() -> Vec<Route> {
    let (read, write) = (Scope::read(Resource::Admin), Scope::write(Resource::Admin));
    vec![
        get(w!("/roles"), member_role::list::handle)
            .doc(
                "Lists the roles that members have, and the workspace's own",
                "",
            )
            .scope(Scope::read(Resource::Members))
            .ok::<member_role::list::MemberRoles>(200, "All of them, as one page.")
            .errors::<ErrorBody>(&[NO_SCOPE]),
        post(w!("/roles"), member_role::create::handle)
            .doc("Creates a role of the workspace's own", "")
            .scope(write)
            .body::<member_role::create::CreateMemberRoleRequest>()
            .example(r#"{"name":"Night shift"}"#)
            .ok::<member_role::MemberRoleResponse>(200, "The role.")
            .errors::<ErrorBody>(&[BAD_BODY, NO_SCOPE, TAKEN, TOO_LARGE]),
        get(w!("/roles/{role}"), member_role::get::handle)
            .doc("Gets a role", "")
            .scope(read)
            .ok::<member_role::MemberRoleResponse>(200, "The role.")
            .errors::<ErrorBody>(&[NO_SCOPE, NO_ROLE]),
        put(w!("/roles/{role}"), member_role::update::handle)
            .doc("Updates a role of the workspace's own", "")
            .scope(write)
            .body::<member_role::update::UpdateMemberRoleRequest>()
            .optional()
            .ok::<member_role::MemberRoleResponse>(200, "The role as it is now.")
            .errors::<ErrorBody>(&[BUILT_IN, NO_SCOPE, NO_ROLE, TAKEN, TOO_LARGE]),
        delete(w!("/roles/{role}"), member_role::delete::handle)
            .doc("Deletes a role of the workspace's own", "")
            .scope(write)
            .empty(204, "It is gone; sessions carry it no more.")
            .errors::<ErrorBody>(&[BUILT_IN, NO_SCOPE, NO_ROLE]),
        get(w!("/api-keys"), api_key::list::handle)
            .doc("Lists API keys", KEYS)
            .scope(read)
            .page_of::<api_key::list::ApiKeys>("A page of API keys.")
            .errors::<ErrorBody>(&[BAD_QUERY, NO_SCOPE]),
        post(w!("/api-keys"), api_key::create::handle)
            .doc("Creates an API key", KEYS)
            .scope(write)
            .also(Scope::read(Resource::Members), "it names another member")
            .body::<api_key::create::CreateApiKeyRequest>()
            .example(r#"{"name":"Backend","scopes":["conversations:read"],"expiresInDays":90}"#)
            .optional()
            .ok::<api_key::create::CreateApiKeyResponse>(200, "The key and its secret.")
            .errors::<ErrorBody>(&[
                BAD_BODY,
                NO_SCOPE,
                (404, "No such member, or it is archived."),
                TOO_LARGE,
            ]),
        get(w!("/api-keys/{key}"), api_key::get::handle)
            .doc("Gets an API key", KEYS)
            .scope(read)
            .ok::<api_key::ApiKeyResponse>(200, "The key, without its secret.")
            .errors::<ErrorBody>(&[NO_SCOPE, NO_KEY]),
        delete(w!("/api-keys/{key}"), api_key::revoke::handle)
            .doc("Revokes an API key", KEYS)
            .scope(write)
            .empty(204, "It opens nothing any more.")
            .errors::<ErrorBody>(&[NO_SCOPE, NO_KEY]),
    ]
}
