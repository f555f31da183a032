//! What a row of a table says about rights is what is enforced: the scope that it documents and no other, and the end
//! of what a credential rests on.

mod connection;
mod departure;
pub(crate) mod direct;
pub(crate) mod gated;
mod gated_sockets;
pub(crate) mod lifecycle;
mod report;
pub(crate) mod scope;
pub(crate) mod sockets;
pub(crate) mod streams;

use parlor_model::member::MemberRef;
use parlor_model::scope::{Level, Resource, Scope};
use parlor_testkit::TestServer;

/// Every scope there is, as the text that makes a key.
pub(crate) fn all_scopes() -> String {
    join(
        Resource::ALL
            .iter()
            .map(|resource| of(*resource, Level::Admin)),
    )
}

/// Every scope there is but one and those that imply it: the level below it stays.
fn all_but(scope: Scope) -> String {
    join(Resource::ALL.iter().filter_map(|resource| {
        let level = if *resource == scope.resource {
            match scope.level {
                Level::Read => None,
                Level::Write => Some(Level::Read),
                Level::Admin => Some(Level::Write),
            }
        } else {
            Some(Level::Admin)
        };
        level.map(|level| of(*resource, level))
    }))
}

fn of(resource: Resource, level: Level) -> String {
    Scope { resource, level }.to_string()
}

fn join(scopes: impl Iterator<Item = String>) -> String {
    scopes.collect::<Vec<_>>().join(",")
}

/// A member of tenant A and a key that acts for it with every scope that the member has.
struct Holder {
    member: MemberRef,
    key: String,
    key_id: parlor_model::id::KeyId,
    token: String,
}

impl Holder {
    /// With a role in the workspace, or with scopes of its own.
    async fn new(
        server: &TestServer,
        role: Option<parlor_model::access::Role>,
        scopes: &str,
    ) -> Self {
        let member = server.a.person("Holder", role, scopes).await;
        let (key_id, key) = server.a.revocable_key(&all_scopes(), Some(&member)).await;
        let token = server.a.sign_in(&member).await;
        Self {
            member,
            key,
            key_id,
            token,
        }
    }
}
