//! Call context: workspace, actor and permissions. It is the first argument of every engine call.
//!
//! Keeps INV-23, INV-27 (`docs/invariants.md`).

use uuid::Uuid;

use crate::access::WorkspaceRole;
use crate::error::{Error, ForbiddenReason, Result};
use crate::id::{ApiKeyId, CustomRoleId, MemberId, OrganizationId, WorkspaceId};
use crate::member::MemberKind;
use crate::scope::{Scope, Scopes};

/// Workspace of a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WorkspaceRef {
    /// Workspace number: the first column of every tenant key.
    pub number: i64,
    /// Public id.
    pub id: WorkspaceId,
    /// Organization that owns the workspace.
    pub organization: OrganizationId,
}

/// Member on whose behalf a call is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Actor {
    /// Member number.
    pub number: i64,
    /// Public id.
    pub id: MemberId,
    /// Kind.
    pub kind: MemberKind,
    /// Role in the workspace, if any.
    pub role: Option<WorkspaceRole>,
}

/// Context of one call. Small and `Copy`, so that it can move into re-runnable closures.
#[derive(Debug, Clone, Copy)]
pub struct Ctx {
    /// Workspace to which the call is confined.
    pub workspace: WorkspaceRef,
    /// Acting member; `None` for an unbound API key.
    pub actor: Option<Actor>,
    /// Effective scopes: those of the key and, for a member, those of its role.
    pub scopes: Scopes,
    /// Scopes of the credential itself; all scopes for a member's own token that names none. They limit what a member
    /// may do without a scope, such as reading its own direct conversations.
    pub granted: Scopes,
    /// The scopes are delegated to a user within its own space. They do not restore access to a conversation that the
    /// user has left or was removed from.
    pub delegated: bool,
    /// Custom role carried by the session.
    pub role: Option<CustomRoleId>,
    /// API key behind the call, directly or through a token issued with it.
    pub key: Option<ApiKeyId>,
    /// Request id, for logs and audit.
    pub request: Uuid,
}

impl Ctx {
    /// Creates a context without an actor, for an unbound key or for the server itself.
    pub const fn unbound(workspace: WorkspaceRef, scopes: Scopes, request: Uuid) -> Self {
        Self {
            workspace,
            actor: None,
            scopes,
            granted: scopes,
            delegated: false,
            role: None,
            key: None,
            request,
        }
    }

    /// Restricts a member's context to the scopes that the credential `by` grants.
    #[must_use]
    pub fn restrict_to(self, by: &Self) -> Self {
        Self {
            scopes: self.scopes.intersect(by.granted),
            granted: self.granted.intersect(by.granted),
            key: by.key,
            ..self
        }
    }

    /// Returns the workspace number, the first parameter of every tenant statement.
    pub const fn ws(&self) -> i64 {
        self.workspace.number
    }

    /// Requires a scope.
    ///
    /// # Errors
    /// [`ForbiddenReason::MissingScope`] if the scope is not held.
    pub fn require(&self, scope: Scope) -> Result<()> {
        if self.allows(scope) {
            Ok(())
        } else {
            Err(Error::forbidden(ForbiddenReason::MissingScope(scope)))
        }
    }

    /// Returns whether the scope is held.
    pub fn allows(&self, scope: Scope) -> bool {
        self.scopes.allows(scope)
    }

    /// Returns the actor.
    ///
    /// # Errors
    /// [`ForbiddenReason::Unbound`] for an unbound key.
    pub fn member(&self) -> Result<Actor> {
        self.actor
            .ok_or_else(|| Error::forbidden(ForbiddenReason::Unbound))
    }

    /// Returns whether the member with this number is the actor.
    pub fn is_actor(&self, member: i64) -> bool {
        self.actor.is_some_and(|actor| actor.number == member)
    }
}
