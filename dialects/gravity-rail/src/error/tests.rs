//! Every kind of error as it reaches the wire, in one table.

use std::fmt::Write as _;
use std::time::Duration;

use parlor_model::Error;
use parlor_model::error::{Conflict, Credential, Denied, Kind, Noun};
use parlor_model::scope::{Resource, Scope};
use parlor_testkit::backend::block_on;

use super::render;

fn kinds() -> Vec<Kind> {
    let mut kinds = vec![
        Kind::Malformed {
            message: "the request body is not valid JSON".into(),
        },
        Kind::Invalid {
            field: "participants[2]".into(),
            rule: "must be an id or an object with a memberId".into(),
        },
        Kind::Invalid {
            field: "query.pageSize".into(),
            rule: "must be between 1 and 100".into(),
        },
        Kind::Invalid {
            field: "channel".into(),
            rule: "is required".into(),
        },
    ];
    kinds.extend(
        [
            Credential::Key,
            Credential::TokenMissing,
            Credential::TokenInvalid,
            Credential::TokenExpired,
            Credential::TokenIssuer,
            Credential::Impersonation,
        ]
        .map(Kind::Unauthenticated),
    );
    kinds.extend(
        [
            Denied::MissingScope(Scope::write(Resource::Conversations)),
            Denied::Organization,
            Denied::Bound,
            Denied::NotParticipant,
            Denied::Left,
            Denied::Removed,
            Denied::NotAdmin,
            Denied::NotOwn,
        ]
        .map(Kind::Forbidden),
    );
    kinds.extend(
        [
            Noun::Organization,
            Noun::Workspace,
            Noun::Member,
            Noun::Assistant,
            Noun::Contact,
            Noun::Space,
            Noun::Conversation,
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
        ]
        .map(Kind::NotFound),
    );
    kinds.push(Kind::AlreadyExists {
        noun: Noun::Workflow,
        field: "slug",
    });
    kinds.extend(
        [
            Conflict::IdempotencyMismatch,
            Conflict::InUse,
            Conflict::Closed,
            Conflict::WrongKind,
            Conflict::AlreadyParticipant,
            Conflict::HasRole,
            Conflict::DefaultConversation,
            Conflict::Immutable,
            Conflict::Referenced,
        ]
        .map(Kind::Conflict),
    );
    kinds.extend([
        Kind::TooLarge { limit: 1_048_576 },
        Kind::UnsupportedMediaType,
        Kind::NotAcceptable,
        Kind::RateLimited {
            retry_after: Duration::from_millis(1_200),
        },
        Kind::MethodNotAllowed {
            allow: "GET, HEAD".into(),
        },
        Kind::UnknownRoute,
        Kind::NotImplemented { what: "carrier" },
        Kind::Unavailable,
        Kind::Timeout,
        Kind::Internal,
    ]);
    kinds
}

fn line(error: &Error) -> String {
    let response = render(error);
    let mut headers: Vec<String> = response
        .headers()
        .iter()
        .filter(|(name, _)| !["content-length", "content-type"].contains(&name.as_str()))
        .map(|(name, value)| format!("{name}: {}", value.to_str().unwrap()))
        .collect();
    headers.sort();
    let status = response.status().as_u16();
    let body = block_on(axum::body::to_bytes(response.into_body(), 4_096)).unwrap();
    let body = String::from_utf8(body.to_vec()).unwrap();
    format!("{status} [{}] {body}", headers.join("; "))
}

#[test]
fn every_kind_of_error_has_its_words() {
    let mut table = String::new();
    for kind in kinds() {
        let shown = format!("{kind:?}");
        let error = Error::new(kind).because("a private cause");
        writeln!(table, "{shown}\n  {}", line(&error)).unwrap();
    }
    assert!(!table.contains("private cause"));
    insta::assert_snapshot!(table);
}
