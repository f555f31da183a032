//! Typed 128-bit ids. Each kind has its own type, so mixing two kinds does not compile.
//!
//! An id is 16 bytes in UUID version 7 layout, so byte order is creation order. The vendors' text forms (dashes, bare
//! hex, a prefix and base 32) belong to the dialects.

use std::cmp::Ordering;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::marker::PhantomData;

use uuid::Uuid;

use crate::time::Timestamp;

/// 16-byte id of an entity, tagged with the kind of the entity.
pub struct Id<K>(Uuid, PhantomData<fn() -> K>);

impl<K> Id<K> {
    /// Wraps a UUID; the caller guarantees its kind.
    pub const fn new(uuid: Uuid) -> Self {
        Self(uuid, PhantomData)
    }

    /// Returns the 16 bytes in stored order.
    pub const fn bytes(&self) -> &[u8; 16] {
        self.0.as_bytes()
    }

    /// Returns the untyped UUID.
    pub const fn uuid(self) -> Uuid {
        self.0
    }

    /// Returns the smallest id of a time: a bound of a range of ids by creation.
    pub fn lower_bound_at(time: Timestamp) -> Self {
        let millis = u64::try_from(time.millis()).unwrap_or(0).to_be_bytes();
        let mut bytes = [0; 16];
        bytes[..6].copy_from_slice(&millis[2..]);
        Self::new(Uuid::from_bytes(bytes))
    }

    /// Smallest id: the start of an ascending scan.
    pub const MIN: Self = Self::new(Uuid::nil());
    /// Largest id: the start of a descending scan.
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

/// Key of an entity that has both an id and a number.
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
        /// Kind tags of ids.
        pub mod kind {
            $($(#[$doc])* #[derive(Debug, Clone, Copy, PartialEq, Eq)] pub enum $kind {})*
        }
        $($(#[$doc])* pub type $alias = Id<kind::$kind>;)*
    };
}

id_kinds! {
    /// An organization: the owner of workspaces.
    Organization => OrganizationId;
    /// A workspace: the unit of tenant isolation.
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
    /// A session of the console.
    ConsoleSession => ConsoleSessionId;
    /// A workflow, whose draft is edited and whose versions are published.
    Workflow => WorkflowId;
    /// One run of a workflow for one member.
    Assignment => AssignmentId;
    /// A phone number of a workspace.
    PhoneNumber => PhoneNumberId;
    /// A call of a chat.
    VoiceCall => VoiceCallId;
    /// An email inbox of a workspace.
    Inbox => InboxId;
    /// A custom role of a workspace.
    CustomRole => CustomRoleId;
    /// A key that signs tokens.
    SigningKey => SigningKeyId;
    /// A label of conversations and members.
    Label => LabelId;
    /// A member's saved list filter.
    SavedFilter => SavedFilterId;
    /// An external site where conversations begin.
    Site => SiteId;
    /// One reader's rating of a message.
    Rating => RatingId;
    /// An event rule of a workspace.
    EventRule => EventRuleId;
    /// A file of a space or of a conversation.
    File => FileId;
    /// A published version of a workflow.
    WorkflowVersion => WorkflowVersionId;
    /// Something that the server has to send.
    Delivery => DeliveryId;
}
