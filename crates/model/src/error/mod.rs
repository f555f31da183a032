//! The one error type of the product. Its kind may be shown to any caller; its context goes to the log only.
//!
//! A dialect renders [`ErrorKind`] with one `match` without a wildcard, so that a new kind does not compile until every
//! dialect has decided its answer.

use std::borrow::Cow;
use std::fmt;
use std::time::Duration;

mod display;
mod reason;

pub use reason::{ConflictReason, CredentialReason, ForbiddenReason};

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
    File,
    Delivery,
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
            Self::File => "file",
            Self::Delivery => "delivery",
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
    pub fn not_found(entity: EntityKind) -> Self {
        Self::new(ErrorKind::NotFound(entity))
    }
    /// Creates an `Unauthenticated` error.
    pub fn unauthenticated(reason: CredentialReason) -> Self {
        Self::new(ErrorKind::Unauthenticated(reason))
    }
    /// Creates a `Forbidden` error.
    pub fn forbidden(reason: ForbiddenReason) -> Self {
        Self::new(ErrorKind::Forbidden(reason))
    }
    /// Creates a `Conflict` error.
    pub fn conflict(reason: ConflictReason) -> Self {
        Self::new(ErrorKind::Conflict(reason))
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
