//! One error for the whole product. Its public half may be shown to any caller; its private half goes to the log.
//!
//! A dialect renders [`ErrorKind`] with one `match` that has no wildcard, so that a new kind fails to compile in every
//! dialect until somebody has decided what that vendor would answer.

use std::borrow::Cow;
use std::fmt;
use std::time::Duration;

use crate::scope::Scope;

/// The result of everything that can be refused or can fail.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// What was refused or failed.
pub struct Error {
    kind: Box<ErrorKind>,
    /// For the log only: causes, SQL states, names of internals. Never message text, never a secret.
    context: Option<Box<str>>,
}

/// What an error is, in terms that every vendor has a word for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ErrorKind {
    /// The body or the query cannot be read at all: not JSON, not UTF-8, not an object.
    Malformed {
        /// A sentence for the caller.
        message: Cow<'static, str>,
    },
    /// A value was read but breaks a rule.
    Invalid {
        /// Path of the offending field, such as `members[2]` or `name`.
        field: Cow<'static, str>,
        /// The rule, as a sentence without the field's name: "must be at most 255 characters".
        rule: Cow<'static, str>,
    },
    /// No usable credential.
    Unauthenticated(CredentialReason),
    /// A good credential that does not suffice.
    Forbidden(ForbiddenReason),
    /// It does not exist, or it is another workspace's, which is the same answer.
    NotFound(EntityKind),
    /// A unique name or address is taken.
    AlreadyExists {
        /// What exists already.
        noun: EntityKind,
        /// The field that must be unique.
        field: &'static str,
    },
    /// The request is fine but does not fit the present state.
    Conflict(ConflictReason),
    /// The request body exceeds the limit, in bytes.
    TooLarge {
        /// The limit in bytes.
        limit: u64,
    },
    /// The body's media type is not one the endpoint reads.
    UnsupportedMediaType,
    /// The body is compressed, which no endpoint reads.
    UnsupportedEncoding,
    /// Nothing the caller accepts can be produced.
    NotAcceptable,
    /// Too many requests.
    RateLimited {
        /// When one more request would pass.
        retry_after: Duration,
    },
    /// The path exists, the method does not.
    MethodNotAllowed {
        /// Methods that exist, comma-separated, as for the `Allow` header.
        allow: Cow<'static, str>,
    },
    /// No such path.
    UnknownRoute,
    /// A documented ability that this server has not been given.
    NotImplemented {
        /// What is missing, as a noun phrase.
        what: &'static str,
    },
    /// The server is stopping or its store cannot be reached; trying again is right.
    Unavailable,
    /// The deadline passed.
    Timeout,
    /// Everything unforeseen. The caller learns nothing but that.
    Internal,
}

/// Why a credential was not accepted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CredentialReason {
    /// An API key is absent, unknown, revoked or expired: all one answer.
    Key,
    /// A token is absent.
    TokenMissing,
    /// A token is malformed, badly signed, of the wrong use, or names nobody.
    TokenInvalid,
    /// A token is past its end.
    TokenExpired,
    /// A token was issued by somebody else.
    TokenIssuer,
    /// A request to act for somebody else, which this server does not offer.
    Impersonation,
    /// A good token carries none of the workspace's own roles, where one is asked for.
    RoleMissing,
}

/// Why a known caller may not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ForbiddenReason {
    /// A scope is missing.
    MissingScope(Scope),
    /// The workspace belongs to another organization than the one named.
    Organization,
    /// A token that is bound to one place was used on another.
    Bound,
    /// Only a participant may.
    NotParticipant,
    /// The caller left the conversation.
    Left,
    /// The caller was removed from the conversation.
    Removed,
    /// Only the conversation's admin may.
    NotAdmin,
    /// The thing is somebody else's own.
    NotOwn,
    /// Nobody joins this conversation without being added.
    InviteOnly,
    /// The credential is a key that is bound to no member, and only a member may.
    Unbound,
    /// The other member has a higher role in the workspace than the caller.
    Outranked,
}

/// What stands in the way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ConflictReason {
    /// The same idempotency key came with another request.
    IdempotencyMismatch,
    /// A live connection holds the conversation.
    InUse,
    /// The conversation is closed.
    Closed,
    /// The conversation's kind does not know this action.
    WrongKind,
    /// Already a participant.
    AlreadyParticipant,
    /// The owner of a conversation is not removed from it.
    IsOwner,
    /// A member with a role in the workspace is not removed this way.
    HasRole,
    /// The default conversation of a space stays as long as the space does.
    DefaultConversation,
    /// A published version never changes.
    Immutable,
    /// Still referred to.
    Referenced,
}

/// What can be missing.
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
    File,
}

impl EntityKind {
    /// The word in lower case, for sentences.
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
            Self::File => "file",
        }
    }
}

impl Error {
    /// An error of a kind, without private context.
    pub fn new(kind: ErrorKind) -> Self {
        Self {
            kind: Box::new(kind),
            context: None,
        }
    }
    /// Something unforeseen; the context is for the log.
    pub fn internal(context: impl fmt::Display) -> Self {
        Self::new(ErrorKind::Internal).with_context(context)
    }
    /// The store or a peer cannot be reached; the context is for the log.
    pub fn unavailable(context: impl fmt::Display) -> Self {
        Self::new(ErrorKind::Unavailable).with_context(context)
    }
    /// A value that breaks a rule.
    pub fn invalid(
        field: impl Into<Cow<'static, str>>,
        rule: impl Into<Cow<'static, str>>,
    ) -> Self {
        Self::new(ErrorKind::Invalid {
            field: field.into(),
            rule: rule.into(),
        })
    }
    /// A request that cannot be read.
    pub fn malformed(message: impl Into<Cow<'static, str>>) -> Self {
        Self::new(ErrorKind::Malformed {
            message: message.into(),
        })
    }
    /// Something absent, or another workspace's.
    pub fn not_found(noun: EntityKind) -> Self {
        Self::new(ErrorKind::NotFound(noun))
    }
    /// A credential that is not accepted.
    pub fn unauthenticated(credential: CredentialReason) -> Self {
        Self::new(ErrorKind::Unauthenticated(credential))
    }
    /// A caller that may not.
    pub fn forbidden(denied: ForbiddenReason) -> Self {
        Self::new(ErrorKind::Forbidden(denied))
    }
    /// A state that stands in the way.
    pub fn conflict(conflict: ConflictReason) -> Self {
        Self::new(ErrorKind::Conflict(conflict))
    }
    /// Adds what the log should know. Never message text, an address, a phone number or a key.
    #[must_use]
    pub fn with_context(mut self, context: impl fmt::Display) -> Self {
        self.context = Some(context.to_string().into());
        self
    }
    /// What it is.
    pub fn kind(&self) -> &ErrorKind {
        &self.kind
    }
    /// What the log may know beyond the kind.
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

/// The public sentence, fit for any caller.
impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.kind.fmt(f)
    }
}

impl std::error::Error for Error {}

/// The public sentence of a kind. Dialects that prescribe their own words use those instead.
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
            Self::Unauthenticated(CredentialReason::RoleMissing) => {
                f.write_str("the access token carries no role of the workspace")
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
