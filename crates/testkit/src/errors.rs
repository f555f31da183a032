//! One of every kind of error, and of every variety of it: what each dialect's table of answers is made from.

use std::time::Duration;

use parlor_model::error::{Conflict, Credential, Denied, Kind, Noun};
use parlor_model::scope::{Resource, Scope};

/// All of them, in a fixed order. A dialect has its own words for some and one word for others.
pub fn every_kind() -> Vec<Kind> {
    let mut kinds = vec![
        Kind::Malformed {
            message: "the request body is not valid JSON".into(),
        },
        Kind::Invalid {
            field: "name".into(),
            rule: "must be at most 255 characters".into(),
        },
        Kind::Invalid {
            field: "type".into(),
            rule: "is required".into(),
        },
    ];
    kinds.extend(credentials().map(Kind::Unauthenticated));
    kinds.extend(denials().map(Kind::Forbidden));
    kinds.extend(nouns().map(Kind::NotFound));
    kinds.extend(
        [Noun::Role, Noun::Space, Noun::Workflow].map(|noun| Kind::AlreadyExists {
            noun,
            field: "name",
        }),
    );
    kinds.extend(conflicts().map(Kind::Conflict));
    kinds.extend([
        Kind::TooLarge { limit: 1_048_576 },
        Kind::UnsupportedMediaType,
        Kind::UnsupportedEncoding,
        Kind::NotAcceptable,
        Kind::RateLimited {
            retry_after: Duration::from_millis(1_200),
        },
        Kind::MethodNotAllowed {
            allow: "GET, HEAD".into(),
        },
        Kind::UnknownRoute,
        Kind::NotImplemented { what: "a carrier" },
        Kind::Unavailable,
        Kind::Timeout,
        Kind::Internal,
    ]);
    kinds
}

fn credentials() -> [Credential; 7] {
    [
        Credential::Key,
        Credential::TokenMissing,
        Credential::TokenInvalid,
        Credential::TokenExpired,
        Credential::TokenIssuer,
        Credential::Impersonation,
        Credential::RoleMissing,
    ]
}

fn denials() -> [Denied; 11] {
    [
        Denied::MissingScope(Scope::write(Resource::Conversations)),
        Denied::Organization,
        Denied::Bound,
        Denied::NotParticipant,
        Denied::Left,
        Denied::Removed,
        Denied::NotAdmin,
        Denied::NotOwn,
        Denied::InviteOnly,
        Denied::Unbound,
        Denied::Outranked,
    ]
}

fn nouns() -> [Noun; 23] {
    [
        Noun::Organization,
        Noun::Workspace,
        Noun::Member,
        Noun::Assistant,
        Noun::Contact,
        Noun::Space,
        Noun::Conversation,
        Noun::Thread,
        Noun::Participant,
        Noun::Message,
        Noun::Key,
        Noun::Role,
        Noun::Workflow,
        Noun::WorkflowVersion,
        Noun::Assignment,
        Noun::Task,
        Noun::PhoneNumber,
        Noun::Inbox,
        Noun::Site,
        Noun::Label,
        Noun::Filter,
        Noun::EventRule,
        Noun::File,
    ]
}

fn conflicts() -> [Conflict; 10] {
    [
        Conflict::IdempotencyMismatch,
        Conflict::InUse,
        Conflict::Closed,
        Conflict::WrongKind,
        Conflict::AlreadyParticipant,
        Conflict::IsOwner,
        Conflict::HasRole,
        Conflict::DefaultConversation,
        Conflict::Immutable,
        Conflict::Referenced,
    ]
}
