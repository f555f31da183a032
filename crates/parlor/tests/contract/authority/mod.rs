//! The rights of a route's row are the enforced ones: the documented scope and no other, until the right that a
//! credential depends on ends.
//!
//! Proves INV-24, INV-25 (`docs/invariants.md`).

mod connection;
pub(crate) mod direct;
mod gated_sockets;
pub(crate) mod lifecycle;
mod member_deletion;
mod report;
pub(crate) mod role_gate;
pub(crate) mod scope;
mod socket_opening;
mod socket_revocation;
pub(crate) mod sockets;
pub(crate) mod streams;

use parlor_model::member::MemberRef;
use parlor_model::scope::{AccessLevel, Resource, Scope};
use parlor_testkit::TestServer;

/// Every scope, as the text that creates a key.
pub(crate) fn all_scopes() -> String {
    join_scopes(
        Resource::ALL
            .iter()
            .map(|resource| scope_text(*resource, AccessLevel::Admin)),
    )
}

/// Every scope except one and those that imply it: the level below it stays.
fn all_scopes_except(scope: Scope) -> String {
    join_scopes(Resource::ALL.iter().filter_map(|resource| {
        let level = if *resource == scope.resource {
            match scope.level {
                AccessLevel::Read => None,
                AccessLevel::Write => Some(AccessLevel::Read),
                AccessLevel::Admin => Some(AccessLevel::Write),
            }
        } else {
            Some(AccessLevel::Admin)
        };
        level.map(|level| scope_text(*resource, level))
    }))
}

fn scope_text(resource: Resource, level: AccessLevel) -> String {
    Scope { resource, level }.to_string()
}

fn join_scopes(scopes: impl Iterator<Item = String>) -> String {
    scopes.collect::<Vec<_>>().join(",")
}

/// A member of tenant A and a key that acts for it with every scope that the member has.
struct KeyHolder {
    member: MemberRef,
    key: String,
    key_id: parlor_model::id::ApiKeyId,
    token: String,
}

impl KeyHolder {
    /// With a workspace role, or with scopes of its own.
    async fn new(
        server: &TestServer,
        role: Option<parlor_model::access::WorkspaceRole>,
        scopes: &str,
    ) -> Self {
        let member = server.a.create_person("Holder", role, scopes).await;
        let (key_id, key) = server
            .a
            .create_revocable_key(&all_scopes(), Some(&member))
            .await;
        let token = server.a.sign_in(&member).await;
        Self {
            member,
            key,
            key_id,
            token,
        }
    }
}
