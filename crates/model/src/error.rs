//! The one error type of the product. Its kind may be shown to any caller; its context goes to the log only.
//!
//! A dialect renders [`ErrorKind`] with one `match` without a wildcard, so that a new kind does not compile until every
//! dialect has decided its answer.

use std::borrow::Cow;
use std::fmt;
use std::time::Duration;

use crate::scope::Scope;

/// Result with [`Error`] as the default error type.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Error: a public kind and a private context.
pub struct Error {
    kind: Box<ErrorKind>,
    /// For the log only: causes, SQL states and internal names; never message text or secrets.
    context: Option<Box<str>>,
}

/// Kind of an error, in dialect-neutral terms.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ErrorKind {
    /// The body or query is not readable: not JSON, not UTF-8, not an object.
    Malformed {
        /// Sentence for the caller.
        message: Cow<'static, str>,
    },
    /// A value breaks a rule.
    Invalid {
        /// Path of the offending field, such as `members[2]` or `name`.
        field: Cow<'static, str>,
        /// Rule, as a sentence without the field's name: "must be at most 255 characters".
        rule: Cow<'static, str>,
    },
    /// No usable credential.
    Unauthenticated(CredentialReason),
    /// A valid credential does not suffice.
    Forbidden(ForbiddenReason),
    /// The entity does not exist or belongs to another workspace; the two are indistinguishable.
    NotFound(EntityKind),
    /// A unique name or address is in use.
    AlreadyExists {
        /// Entity that already exists.
        noun: EntityKind,
        /// Field that must be unique.
        field: &'static str,
    },
    /// The request conflicts with the current state.
    Conflict(ConflictReason),
    /// The request body exceeds the limit.
    TooLarge {
        /// Limit in bytes.
        limit: u64,
    },
    /// The endpoint does not accept the body's media type.
    UnsupportedMediaType,
    /// The body has a content encoding, which no endpoint accepts.
    UnsupportedEncoding,
    /// None of the accepted media types can be produced.
    NotAcceptable,
    /// Too many requests.
    RateLimited {
        /// Time until one more request is allowed.
        retry_after: Duration,
    },
    /// The path exists, but not with this method.
    MethodNotAllowed {
        /// Allowed methods, comma-separated, as in the `Allow` header.
        allow: Cow<'static, str>,
    },
    /// No such path.
    UnknownRoute,
    /// A documented feature that this server does not have.
    NotImplemented {
        /// Missing feature, as a noun phrase.
        what: &'static str,
    },
    /// The server is stopping or its store is unreachable; the request may be retried.
    Unavailable,
    /// The deadline passed.
    Timeout,
    /// Unexpected failure; the caller gets no details.
    Internal,
}

/// Reason why a credential was not accepted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CredentialReason {
    /// An API key is absent, unknown, revoked or expired; the cases are indistinguishable.
    Key,
    /// A token is absent.
    TokenMissing,
    /// A token is malformed, badly signed, of the wrong use, or names no member.
    TokenInvalid,
    /// A token is expired.
    TokenExpired,
    /// A token has another issuer.
    TokenIssuer,
    /// A request to impersonate another account, which this server does not offer.
    Impersonation,
}

/// Reason why an authenticated caller is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ForbiddenReason {
    /// A scope is missing.
    MissingScope(Scope),
    /// The workspace belongs to another organization than the one named.
    Organization,
    /// A token that is bound to one resource was used on another.
    Bound,
    /// Requires participation.
    NotParticipant,
    /// The caller left the conversation.
    Left,
    /// The caller was removed from the conversation.
    Removed,
    /// Requires the conversation's admin.
    NotAdmin,
    /// The resource belongs to another member.
    NotOwn,
    /// The conversation can only be joined by being added.
    InviteOnly,
    /// An unbound key was used where a member is required.
    Unbound,
    /// The other member has a higher role in the workspace than the caller.
    Outranked,
}

/// Reason of a conflict.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ConflictReason {
    /// The idempotency key was used with a different request.
    IdempotencyMismatch,
    /// A live connection holds the conversation.
    InUse,
    /// The conversation is closed.
    Closed,
    /// The conversation's kind does not support this action.
    WrongKind,
    /// The member already participates.
    AlreadyParticipant,
    /// The owner of a conversation cannot be removed.
    IsOwner,
    /// A member with a workspace role cannot be deleted this way.
    HasRole,
    /// The default conversation of a space cannot be deleted.
    DefaultConversation,
    /// A published version cannot be changed.
    Immutable,
    /// The entity is still referenced.
    Referenced,
}

/// Entity kinds, as used in errors and audit records.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[allow(missing_docs, reason = "each is the entity of its name")]
pub enum EntityKind {
    Organization,
    Workspace,
    Member,
    Assistant,
    Contact,
    Space,
    Conversation,
    Thread,
    Participant,
    Message,
    Key,
    Role,
    Workflow,
    WorkflowVersion,
    Assignment,
    Task,
    PhoneNumber,
    Inbox,
    Site,
    Label,
    Filter,
    EventRule,
}

impl EntityKind {
    /// Returns the name in lower case, for sentences.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Organization => "organization",
            Self::Workspace => "workspace",
            Self::Member => "member",
            Self::Assistant => "assistant",
            Self::Contact => "contact",
            Self::Space => "space",
            Self::Conversation => "conversation",
            Self::Thread => "thread",
            Self::Participant => "participant",
            Self::Message => "message",
            Self::Key => "key",
            Self::Role => "role",
            Self::Workflow => "workflow",
            Self::WorkflowVersion => "workflow version",
            Self::Assignment => "assignment",
            Self::Task => "task",
            Self::PhoneNumber => "phone number",
            Self::Inbox => "inbox",
            Self::Site => "site",
            Self::Label => "label",
            Self::Filter => "filter",
            Self::EventRule => "event rule",
        }
    }
}

impl Error {
    /// Creates an error without context.
    pub fn new(kind: ErrorKind) -> Self {
        Self {
            kind: Box::new(kind),
            context: None,
        }
    }
    /// Creates an `Internal` error; the context is for the log.
    pub fn internal(context: impl fmt::Display) -> Self {
        Self::new(ErrorKind::Internal).with_context(context)
    }
    /// Creates an `Unavailable` error; the context is for the log.
    pub fn unavailable(context: impl fmt::Display) -> Self {
        Self::new(ErrorKind::Unavailable).with_context(context)
    }
    /// Creates an `Invalid` error.
    pub fn invalid(
        field: impl Into<Cow<'static, str>>,
        rule: impl Into<Cow<'static, str>>,
    ) -> Self {
        Self::new(ErrorKind::Invalid {
            field: field.into(),
            rule: rule.into(),
        })
    }
    /// Creates a `Malformed` error.
    pub fn malformed(message: impl Into<Cow<'static, str>>) -> Self {
        Self::new(ErrorKind::Malformed {
            message: message.into(),
        })
    }
    /// Creates a `NotFound` error.
    pub fn not_found(noun: EntityKind) -> Self {
        Self::new(ErrorKind::NotFound(noun))
    }
    /// Creates an `Unauthenticated` error.
    pub fn unauthenticated(credential: CredentialReason) -> Self {
        Self::new(ErrorKind::Unauthenticated(credential))
    }
    /// Creates a `Forbidden` error.
    pub fn forbidden(denied: ForbiddenReason) -> Self {
        Self::new(ErrorKind::Forbidden(denied))
    }
    /// Creates a `Conflict` error.
    pub fn conflict(conflict: ConflictReason) -> Self {
        Self::new(ErrorKind::Conflict(conflict))
    }
    /// Adds context for the log. It must not contain message text, addresses, phone numbers or keys.
    #[must_use]
    pub fn with_context(mut self, context: impl fmt::Display) -> Self {
        self.context = Some(context.to_string().into());
        self
    }
    /// Returns the kind.
    pub fn kind(&self) -> &ErrorKind {
        &self.kind
    }
    /// Returns the context for the log.
    pub fn context(&self) -> Option<&str> {
        self.context.as_deref()
    }
}

impl From<ErrorKind> for Error {
    fn from(kind: ErrorKind) -> Self {
        Self::new(kind)
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}", self.kind)?;
        match &self.context {
            Some(context) => write!(f, " ({context})"),
            None => Ok(()),
        }
    }
}

/// Formats the public sentence, which any caller may see.
impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.kind.fmt(f)
    }
}

impl std::error::Error for Error {}

/// Formats the public sentence of a kind. Dialects with prescribed texts use those instead.
impl fmt::Display for ErrorKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Malformed { message } => f.write_str(message),
            Self::Invalid { field, rule } => write!(f, "{field} {rule}"),
            Self::Unauthenticated(CredentialReason::Key) => {
                f.write_str("invalid or missing API key")
            }
            Self::Unauthenticated(CredentialReason::TokenMissing) => {
                f.write_str("missing access token")
            }
            Self::Unauthenticated(
                CredentialReason::TokenInvalid | CredentialReason::TokenIssuer,
            ) => f.write_str("invalid access token"),
            Self::Unauthenticated(CredentialReason::TokenExpired) => {
                f.write_str("access token expired")
            }
            Self::Unauthenticated(CredentialReason::Impersonation) => {
                f.write_str("acting for another account is not available")
            }
            Self::Forbidden(ForbiddenReason::MissingScope(scope)) => {
                write!(f, "missing scope {scope}")
            }
            Self::Forbidden(ForbiddenReason::Organization) => {
                f.write_str("organization does not own this workspace")
            }
            Self::Forbidden(ForbiddenReason::Bound) => f.write_str("credential is not valid here"),
            Self::Forbidden(ForbiddenReason::NotParticipant) => {
                f.write_str("not a participant of this conversation")
            }
            Self::Forbidden(ForbiddenReason::Left) => f.write_str("you left this conversation"),
            Self::Forbidden(ForbiddenReason::Removed) => {
                f.write_str("you were removed from this conversation")
            }
            Self::Forbidden(ForbiddenReason::NotAdmin) => {
                f.write_str("only the admin of this conversation may do this")
            }
            Self::Forbidden(ForbiddenReason::NotOwn) => f.write_str("not yours"),
            Self::Forbidden(ForbiddenReason::InviteOnly) => {
                f.write_str("nobody joins this conversation without being added")
            }
            Self::Forbidden(ForbiddenReason::Unbound) => {
                f.write_str("the key is bound to no member, and only a member may do this")
            }
            Self::Forbidden(ForbiddenReason::Outranked) => {
                f.write_str("the member has a higher role in the workspace")
            }
            Self::NotFound(noun) => write!(f, "{} not found", noun.as_str()),
            Self::AlreadyExists { noun, field } => {
                write!(f, "a {} with this {field} already exists", noun.as_str())
            }
            Self::Conflict(conflict) => f.write_str(match conflict {
                ConflictReason::IdempotencyMismatch => {
                    "this idempotency key was used with another request"
                }
                ConflictReason::InUse => "a live connection is open",
                ConflictReason::Closed => "the conversation is closed",
                ConflictReason::WrongKind => "not supported for this kind of conversation",
                ConflictReason::AlreadyParticipant => "already a participant",
                ConflictReason::IsOwner => "the owner of a conversation is not removed from it",
                ConflictReason::HasRole => {
                    "a member with a role in the workspace is not deleted this way"
                }
                ConflictReason::DefaultConversation => "the default conversation cannot be deleted",
                ConflictReason::Immutable => "a published version cannot be changed",
                ConflictReason::Referenced => "still referred to",
            }),
            Self::TooLarge { limit } => write!(f, "the request body exceeds {limit} bytes"),
            Self::UnsupportedMediaType => f.write_str("the Content-Type must be application/json"),
            Self::UnsupportedEncoding => {
                f.write_str("the body must be sent without a Content-Encoding")
            }
            Self::NotAcceptable => f.write_str("none of the accepted media types can be produced"),
            Self::RateLimited { retry_after } => {
                write!(
                    f,
                    "too many requests, retry in {} s",
                    retry_after.as_secs_f64().ceil()
                )
            }
            Self::MethodNotAllowed { .. } => f.write_str("method not allowed"),
            Self::UnknownRoute => f.write_str("no such path"),
            Self::NotImplemented { what } => write!(f, "{what} is not available on this server"),
            Self::Unavailable => f.write_str("temporarily unavailable, try again"),
            Self::Timeout => f.write_str("the request took too long"),
            Self::Internal => f.write_str("internal error"),
        }
    }
}
