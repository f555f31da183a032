use std::fmt::Write;
use std::time::Duration;

use parlor_model::error::Noun;
use parlor_model::scope::{Resource, Scope};

use super::*;

/// One of every kind, and of what differs within a kind.
fn all() -> Vec<Kind> {
    let mut all = vec![
        Kind::Malformed {
            message: "not JSON".into(),
        },
        Kind::Invalid {
            field: "name".into(),
            rule: "must not be empty".into(),
        },
        Kind::Invalid {
            field: "type".into(),
            rule: "must be G or P".into(),
        },
        Kind::NotFound(Noun::Conversation),
        Kind::NotFound(Noun::Member),
        Kind::AlreadyExists {
            noun: Noun::Member,
            field: "external id",
        },
        Kind::TooLarge { limit: 1 },
        Kind::UnsupportedMediaType,
        Kind::NotAcceptable,
        Kind::RateLimited {
            retry_after: Duration::from_secs(3),
        },
        Kind::MethodNotAllowed {
            allow: "GET, HEAD".into(),
        },
        Kind::UnknownRoute,
        Kind::NotImplemented { what: "sending" },
        Kind::Unavailable,
        Kind::Timeout,
        Kind::Internal,
    ];
    all.extend(
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
    all.extend(
        [
            Denied::MissingScope(Scope::read(Resource::Conversations)),
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
    all.extend(
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
    all
}

#[tokio::test]
async fn every_kind_has_its_place_on_the_wire() {
    let mut table = String::new();
    for kind in all() {
        let name = format!("{kind:?}");
        let error = Error::new(kind).because("a secret of the house");
        let (head, body) = render(&error).into_parts();
        let body = axum::body::to_bytes(body, 1_024).await.unwrap();
        let body = String::from_utf8(body.to_vec()).unwrap();
        assert!(!body.contains("secret"));
        let more = [ALLOW, RETRY_AFTER].map(|name| {
            let value = head.headers.get(&name)?.to_str().unwrap();
            Some(format!(" ({name}: {value})"))
        });
        writeln!(
            table,
            "{name}\n    {} {} {body}{}",
            head.status.as_u16(),
            head.headers["content-type"].to_str().unwrap(),
            more.into_iter().flatten().collect::<String>(),
        )
        .unwrap();
    }
    insta::assert_snapshot!(table);
}
