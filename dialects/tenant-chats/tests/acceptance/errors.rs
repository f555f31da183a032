//! Every kind of error, as the wire shows it.

use std::time::Duration;

use dialect_tenant_chats::TenantChats;
use parlor_kit::{Dialect, Meta};
use parlor_model::Error;
use parlor_model::error::{Conflict, Credential, Denied, Kind, Noun};
use parlor_model::scope::{Resource, Scope};
use parlor_testkit::backend::block_on;

fn kinds() -> Vec<Kind> {
    let mut kinds = vec![
        Kind::Malformed {
            message: "the request body is not valid JSON".into(),
        },
        Kind::Invalid {
            field: "user_id".into(),
            rule: "is required".into(),
        },
        Kind::Invalid {
            field: "limit".into(),
            rule: "must be between 1 and 100".into(),
        },
        Kind::AlreadyExists {
            noun: Noun::Member,
            field: "external id",
        },
        Kind::TooLarge { limit: 1_048_576 },
        Kind::UnsupportedMediaType,
        Kind::NotAcceptable,
        Kind::RateLimited {
            retry_after: Duration::from_millis(1_200),
        },
        Kind::MethodNotAllowed {
            allow: "GET, DELETE, HEAD".into(),
        },
        Kind::UnknownRoute,
        Kind::NotImplemented { what: "voice" },
        Kind::Unavailable,
        Kind::Timeout,
        Kind::Internal,
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
            Noun::Conversation,
            Noun::Member,
            Noun::Message,
            Noun::Workspace,
        ]
        .map(Kind::NotFound),
    );
    kinds.extend(
        [
            Conflict::IdempotencyMismatch,
            Conflict::InUse,
            Conflict::Closed,
            Conflict::WrongKind,
        ]
        .map(Kind::Conflict),
    );
    kinds
}

#[test]
fn every_kind_has_its_answer() {
    let mut text = String::new();
    for kind in kinds() {
        let name = format!("{kind:?}");
        let error = Error::new(kind).because("a private cause");
        let response = TenantChats::render(&error, &Meta::default());
        let (parts, body) = response.into_parts();
        text += &format!("{name}\n  {}", parts.status.as_u16());
        for (header, value) in &parts.headers {
            if header != "content-length" {
                text += &format!(" {header}: {}", value.to_str().unwrap());
            }
        }
        let bytes = block_on(axum::body::to_bytes(body, 1 << 16)).unwrap();
        text += &format!("\n  {}\n", String::from_utf8_lossy(&bytes));
    }
    assert!(!text.contains("private cause"));
    insta::assert_snapshot!(text);
}
