//! Who asks, where, and with what permission: the first argument of every engine call.

use uuid::Uuid;

use crate::access::WorkspaceRole;
use crate::error::{Error, ForbiddenReason, Result};
use crate::id::{ApiKeyId, CustomRoleId, MemberId, OrganizationId, WorkspaceId};
use crate::member::MemberKind;
use crate::scope::{Scope, Scopes};

/// A workspace as a context carries it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WorkspaceRef {
    /// Its small integer: the first column of every tenant's key.
    pub number: i64,
    /// Its id.
    pub id: WorkspaceId,
    /// The organization that owns it.
    pub organization: OrganizationId,
}

/// The member on whose behalf a call is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Actor {
    /// Its number.
    pub number: i64,
    /// Its id.
    pub id: MemberId,
    /// What it is.
    pub kind: MemberKind,
    /// Its role in the workspace, if any.
    pub role: Option<WorkspaceRole>,
}

/// The context of one call. Small and `Copy`, so that it can move into re-runnable closures.
#[derive(Debug, Clone, Copy)]
pub struct Ctx {
    /// The only workspace this call can see.
    pub workspace: WorkspaceRef,
    /// The member it acts for; a bare API key acts for nobody.
    pub actor: Option<Actor>,
    /// What it may do: the key's scopes and, for a member, the role's.
    pub scopes: Scopes,
    /// What the credential itself may do, whoever it acts for: every scope for a member's own token that names none.
    /// What a member may do without a scope, such as reading its own direct conversations, is narrowed by this.
    pub granted: Scopes,
    /// The scopes are lent to a user for what is in its own space. They give back no part in a conversation that the user
    /// has left or was removed from.
    pub delegated: bool,
    /// The workspace's own role that the session carries.
    pub role: Option<CustomRoleId>,
    /// The API key behind it, directly or through a token made from it.
    pub key: Option<ApiKeyId>,
    /// The request it belongs to, for logs and audit.
    pub request: Uuid,
}

impl Ctx {
    /// A context that acts for no member: a bare key's, or the server's own.
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

    /// The context of a member, narrowed by the credential that acts for it and by what that credential's key may do.
    #[must_use]
    pub fn restrict_to(self, by: &Self) -> Self {
        Self {
            scopes: self.scopes.intersect(by.granted),
            granted: self.granted.intersect(by.granted),
            key: by.key,
            ..self
        }
    }

    /// The workspace's number, the first parameter of every tenant statement.
    pub const fn ws(&self) -> i64 {
        self.workspace.number
    }

    /// Refuses unless the scope is held.
    pub fn require(&self, scope: Scope) -> Result<()> {
        if self.allows(scope) {
            Ok(())
        } else {
            Err(Error::forbidden(ForbiddenReason::MissingScope(scope)))
        }
    }

    /// Whether the scope is held.
    pub fn allows(&self, scope: Scope) -> bool {
        self.scopes.allows(scope)
    }

    /// The acting member. # Errors: [`ForbiddenReason::Unbound`] for a key that is bound to no member.
    pub fn member(&self) -> Result<Actor> {
        self.actor
            .ok_or_else(|| Error::forbidden(ForbiddenReason::Unbound))
    }

    /// Whether this member's number is the acting one.
    pub fn is_actor(&self, member: i64) -> bool {
        self.actor.is_some_and(|actor| actor.number == member)
    }
}
