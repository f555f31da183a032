//! Typed 128-bit ids. One registry, one line per kind; mixing two kinds does not compile.
//!
//! Inside, an id is 16 bytes in UUID version 7 layout, so that byte order is creation order. How a vendor spells one
//! (dashes, bare hex, a prefix and base 32) is decided at the edge, never here.

use std::cmp::Ordering;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::marker::PhantomData;

use uuid::Uuid;

/// The 16 bytes of one entity's identity, tagged with what it identifies.
pub struct Id<K>(Uuid, PhantomData<fn() -> K>);

impl<K> Id<K> {
    /// Tags a UUID with the kind the caller knows it to be.
    pub const fn new(uuid: Uuid) -> Self {
        Self(uuid, PhantomData)
    }

    /// The 16 bytes as they are stored.
    pub const fn bytes(&self) -> &[u8; 16] {
        self.0.as_bytes()
    }

    /// The same bits without their tag, for spelling.
    pub const fn uuid(self) -> Uuid {
        self.0
    }

    /// The smallest id: the start of an ascending walk.
    pub const MIN: Self = Self::new(Uuid::nil());
    /// The largest id: the start of a descending walk.
    pub const MAX: Self = Self::new(Uuid::max());
}

impl<K> Clone for Id<K> {
    fn clone(&self) -> Self {
        *self
    }
}
impl<K> Copy for Id<K> {}
impl<K> PartialEq for Id<K> {
    fn eq(&self, other: &Self) -> bool {
        self.0 == other.0
    }
}
impl<K> Eq for Id<K> {}
impl<K> PartialOrd for Id<K> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}
impl<K> Ord for Id<K> {
    fn cmp(&self, other: &Self) -> Ordering {
        self.0.cmp(&other.0)
    }
}
impl<K> Hash for Id<K> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.0.hash(state);
    }
}
impl<K> fmt::Debug for Id<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}
impl<K> From<Uuid> for Id<K> {
    fn from(uuid: Uuid) -> Self {
        Self::new(uuid)
    }
}

/// How a caller names an entity that vendors count: by its id or by its number.
pub enum IdOrNumber<K> {
    /// By id.
    Id(Id<K>),
    /// By number.
    Number(i64),
}

impl<K> Clone for IdOrNumber<K> {
    fn clone(&self) -> Self {
        *self
    }
}
impl<K> Copy for IdOrNumber<K> {}
impl<K> fmt::Debug for IdOrNumber<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Id(id) => fmt::Debug::fmt(id, f),
            Self::Number(number) => fmt::Display::fmt(number, f),
        }
    }
}

macro_rules! id_kinds {
    ($($(#[$doc:meta])* $kind:ident => $alias:ident;)*) => {
        /// The tags: what an id can identify.
        pub mod kind {
            $($(#[$doc])* #[derive(Debug, Clone, Copy, PartialEq, Eq)] pub enum $kind {})*
        }
        $($(#[$doc])* pub type $alias = Id<kind::$kind>;)*
    };
}

id_kinds! {
    /// An organization: the owner of workspaces.
    Organization => OrganizationId;
    /// A workspace: the wall of isolation.
    Workspace => WorkspaceId;
    /// A member: a person, a contact or an assistant of one workspace.
    Member => MemberId;
    /// A space: a container of conversations.
    Space => SpaceId;
    /// A conversation of any kind.
    Conversation => ConversationId;
    /// A message of one conversation.
    Message => MessageId;
    /// An API key.
    ApiKey => ApiKeyId;
    /// A workflow, whose draft is edited and whose versions are published.
    Workflow => WorkflowId;
    /// One run of a workflow for one member.
    Assignment => AssignmentId;
    /// A phone number of a workspace.
    PhoneNumber => PhoneNumberId;
    /// An email inbox of a workspace.
    Inbox => InboxId;
    /// A role that a workspace has given itself.
    CustomRole => CustomRoleId;
    /// A key that signs tokens.
    SigningKey => SigningKeyId;
    /// A label that conversations are marked with.
    Label => LabelId;
    /// A member's saved question to a list.
    SavedFilter => SavedFilterId;
    /// A place outside where conversations begin.
    Site => SiteId;
    /// What one reader thinks of a message.
    Rating => RatingId;
    /// A rule about what happens in a workspace.
    EventRule => EventRuleId;
    /// A file of a space or of a conversation.
    File => FileId;
    /// A published version of a workflow.
    WorkflowVersion => WorkflowVersionId;
}
