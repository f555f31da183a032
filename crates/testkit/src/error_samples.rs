//! Samples of every error kind and reason, for the dialects' tables of error responses.

use std::time::Duration;

use parlor_model::error::{
    ConflictReason, CredentialReason, EntityKind, ErrorKind, ForbiddenReason,
};
use parlor_model::scope::{Resource, Scope};

/// Returns all error kinds with all their reasons, in a fixed order.
pub fn all_error_kinds() -> Vec<ErrorKind> {
    let mut kinds = vec![
        ErrorKind::Malformed {
            message: "the request body is not valid JSON".into(),
        },
        ErrorKind::Invalid {
            field: "name".into(),
            rule: "must be at most 255 characters".into(),
        },
        ErrorKind::Invalid {
            field: "type".into(),
            rule: "is required".into(),
        },
    ];
    kinds.extend(credential_reasons().map(ErrorKind::Unauthenticated));
    kinds.extend(forbidden_reasons().map(ErrorKind::Forbidden));
    kinds.extend(entity_kinds().map(ErrorKind::NotFound));
    kinds.extend(
        [EntityKind::Role, EntityKind::Space, EntityKind::Workflow].map(|noun| {
            ErrorKind::AlreadyExists {
                noun,
                field: "name",
            }
        }),
    );
    kinds.extend(conflict_reasons().map(ErrorKind::Conflict));
    kinds.extend([
        ErrorKind::TooLarge { limit: 1_048_576 },
        ErrorKind::UnsupportedMediaType,
        ErrorKind::UnsupportedEncoding,
        ErrorKind::NotAcceptable,
        ErrorKind::RateLimited {
            retry_after: Duration::from_millis(1_200),
        },
        ErrorKind::MethodNotAllowed {
            allow: "GET, HEAD".into(),
        },
        ErrorKind::UnknownRoute,
        ErrorKind::NotImplemented { what: "a carrier" },
        ErrorKind::Unavailable,
        ErrorKind::Timeout,
        ErrorKind::Internal,
    ]);
    kinds
}

fn credential_reasons() -> [CredentialReason; 7] {
    [
        CredentialReason::Key,
        CredentialReason::TokenMissing,
        CredentialReason::TokenInvalid,
        CredentialReason::TokenExpired,
        CredentialReason::TokenIssuer,
        CredentialReason::Impersonation,
        CredentialReason::RoleMissing,
    ]
}

fn forbidden_reasons() -> [ForbiddenReason; 11] {
    [
        ForbiddenReason::MissingScope(Scope::write(Resource::Conversations)),
        ForbiddenReason::Organization,
        ForbiddenReason::Bound,
        ForbiddenReason::NotParticipant,
        ForbiddenReason::Left,
        ForbiddenReason::Removed,
        ForbiddenReason::NotAdmin,
        ForbiddenReason::NotOwn,
        ForbiddenReason::InviteOnly,
        ForbiddenReason::Unbound,
        ForbiddenReason::Outranked,
    ]
}

fn entity_kinds() -> [EntityKind; 24] {
    [
        EntityKind::Organization,
        EntityKind::Workspace,
        EntityKind::Member,
        EntityKind::Assistant,
        EntityKind::Contact,
        EntityKind::Space,
        EntityKind::Conversation,
        EntityKind::Thread,
        EntityKind::Participant,
        EntityKind::Message,
        EntityKind::Key,
        EntityKind::Role,
        EntityKind::Workflow,
        EntityKind::WorkflowVersion,
        EntityKind::Assignment,
        EntityKind::Task,
        EntityKind::PhoneNumber,
        EntityKind::Inbox,
        EntityKind::Site,
        EntityKind::Label,
        EntityKind::Filter,
        EntityKind::EventRule,
        EntityKind::File,
        EntityKind::Delivery,
    ]
}

fn conflict_reasons() -> [ConflictReason; 11] {
    [
        ConflictReason::IdempotencyMismatch,
        ConflictReason::InUse,
        ConflictReason::Closed,
        ConflictReason::WrongKind,
        ConflictReason::AlreadyParticipant,
        ConflictReason::IsOwner,
        ConflictReason::HasRole,
        ConflictReason::DefaultConversation,
        ConflictReason::Immutable,
        ConflictReason::Referenced,
        ConflictReason::NotReplayable,
    ]
}
