//! Conversations: where members talk. Groups, chats, direct conversations and threads are one thing of four kinds.

use crate::bot_config::{BotConfig, UpdateBotConfig};
use crate::id::{ConversationId, SpaceId};
use crate::member::{MemberKey, MemberRef};
use crate::metadata::Metadata;
use crate::participant::NewParticipant;
use crate::string_enum::string_enum;
use crate::time::Timestamp;

string_enum! {
    /// What a conversation is.
    ConversationKind {
        /// Many members, one admin.
        Group = "group",
        /// Exactly two members; one such conversation per pair.
        Direct = "direct",
        /// One member and whoever serves them.
        Chat = "chat",
        /// A talk with an assistant, with steps.
        Thread = "thread",
    }
}

string_enum! {
    /// Where a conversation is in its life.
    ConversationState {
        /// Open.
        Active = "active",
        /// Put away; may come back.
        Archived = "archived",
        /// Over: readable, not writable.
        Closed = "closed",
    }
}

string_enum! {
    /// The medium it runs over.
    Medium {
        /// This server's own.
        Web = "web",
        /// Text messages.
        Sms = "sms",
        /// Calls.
        Voice = "voice",
        /// Email.
        Email = "email",
    }
}

/// How a caller names a conversation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ConversationKey {
    /// By id.
    Id(ConversationId),
    /// By number.
    Number(i64),
}

/// A conversation whole, without its participants and messages.
#[derive(Debug, Clone)]
pub struct Conversation {
    /// Its number.
    pub number: i64,
    /// Its id.
    pub id: ConversationId,
    /// What it is.
    pub kind: ConversationKind,
    /// Where it is in its life.
    pub state: ConversationState,
    /// The space it is in.
    pub space: Option<SpaceId>,
    /// Its title; a dialect shows its own default for none.
    pub title: Option<String>,
    /// The title was invented and gives way to a better one.
    pub title_is_automatic: bool,
    /// Who made it. None when a key made it that acts for nobody.
    pub owner: Option<MemberRef>,
    /// Whom it is for.
    pub subject: Option<MemberRef>,
    /// How it is served.
    pub service: ServiceConfig,
    /// How it presents itself to its members.
    pub group_profile: GroupProfile,
    /// A text about it.
    pub description: Option<String>,
    /// Who answers in it, as its maker described it.
    pub responder: BotConfig,
    /// Free JSON.
    pub metadata: Metadata,
    /// The newest position of its log; 0 before the first.
    pub last_seq: i64,
    /// The position of the newest thing said.
    pub last_message_seq: Option<i64>,
    /// When that was.
    pub last_message_at: Option<Timestamp>,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it last changed, messages included.
    pub updated_at: Timestamp,
}

/// How a conversation is served: over which medium, by whom, by which workflow. Numbers refer to their entities.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServiceConfig {
    /// The medium.
    pub medium: Medium,
    /// A word of the maker's own; `None` means the kind says enough.
    pub category: Option<String>,
    /// Marked as a test.
    pub is_test: bool,
    /// A site's number.
    pub site: Option<i64>,
    /// The workflow's number.
    pub workflow: Option<i64>,
    /// The published version it is pinned to; `None` is the draft.
    pub workflow_version: Option<i64>,
    /// The assignment's number.
    pub assignment: Option<i64>,
    /// The phone number's number.
    pub phone_number: Option<i64>,
    /// The inbox's number.
    pub inbox: Option<i64>,
    /// Whether an assistant runs it.
    pub assistant_enabled: bool,
    /// The assistant's member number.
    pub assistant: Option<i64>,
    /// Model for text turns.
    pub chat_model: Option<String>,
    /// Model for voice turns.
    pub realtime_model: Option<String>,
    /// The assistant is held back.
    pub paused: bool,
    /// A person has to answer.
    pub needs_response: bool,
}

impl ServiceConfig {
    /// What a conversation is called that has no word of its maker's own: by whether a workflow runs it.
    pub fn category(&self) -> &str {
        match (&self.category, self.workflow) {
            (Some(category), _) => category,
            (None, Some(_)) => "assignment",
            (None, None) => "simple",
        }
    }
}

impl Default for ServiceConfig {
    fn default() -> Self {
        Self {
            medium: Medium::Web,
            category: None,
            is_test: false,
            site: None,
            workflow: None,
            workflow_version: None,
            assignment: None,
            phone_number: None,
            inbox: None,
            assistant_enabled: true,
            assistant: None,
            chat_model: None,
            realtime_model: None,
            paused: false,
            needs_response: false,
        }
    }
}

/// How a conversation presents itself to its members.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GroupProfile {
    /// Address of a picture, or empty.
    pub icon: String,
    /// A text from the admin, or empty.
    pub announcement: String,
    /// The announcement stays on top.
    pub announcement_pinned: bool,
    /// Anyone who knows the id may join.
    pub open_access: bool,
}

impl Default for GroupProfile {
    fn default() -> Self {
        Self {
            icon: String::new(),
            announcement: String::new(),
            announcement_pinned: false,
            open_access: true,
        }
    }
}

/// What to make a conversation of. Direct conversations are not made this way: they are found or made for a pair.
#[derive(Debug, Clone)]
pub struct CreateConversation {
    /// What it is; never `Direct`.
    pub kind: ConversationKind,
    /// The space it is in.
    pub space: Option<SpaceId>,
    /// Its title.
    pub title: Option<String>,
    /// The title was invented.
    pub title_is_automatic: bool,
    /// Whom it is for. When absent: the member whose own space it is in, otherwise the maker.
    pub subject: Option<MemberKey>,
    /// Everybody else. The maker and the subject take part anyway.
    pub participants: Vec<NewParticipant>,
    /// How it is served.
    pub service: ServiceConfig,
    /// How it presents itself.
    pub group_profile: GroupProfile,
    /// A text about it.
    pub description: Option<String>,
    /// Who answers.
    pub responder: BotConfig,
    /// Free JSON.
    pub metadata: Metadata,
}

impl CreateConversation {
    /// A conversation of a kind, with nothing chosen.
    pub fn new(kind: ConversationKind) -> Self {
        Self {
            kind,
            space: None,
            title: None,
            title_is_automatic: false,
            subject: None,
            participants: Vec::new(),
            service: ServiceConfig::default(),
            group_profile: GroupProfile::default(),
            description: None,
            responder: BotConfig::default(),
            metadata: Metadata::default(),
        }
    }
}

/// What to change of a conversation. `None` keeps; `Some(None)` clears.
#[derive(Debug, Clone, Default)]
pub struct UpdateConversation {
    /// New title.
    pub title: Option<Option<String>>,
    /// New state.
    pub state: Option<ConversationState>,
    /// The whole new way of being served, already merged by the caller from what it read in the same call.
    pub service: Option<UpdateServiceConfig>,
    /// The acting member's own setting.
    pub muted: Option<bool>,
    /// Replaces the metadata whole.
    pub metadata: Option<Metadata>,
    /// Merged into the metadata at the top level, in the same transaction: an absent key stays, a null removes.
    pub merge: Option<Metadata>,
    /// New text about it.
    pub description: Option<Option<String>>,
    /// What is new of who answers.
    pub responder: Option<UpdateBotConfig>,
    /// Another space, or none.
    pub space: Option<Option<SpaceId>>,
    /// Whom it is for; takes part from then on. None gives it back to its owner.
    pub subject: Option<Option<MemberKey>>,
}

/// What to change of how a conversation is served. `None` keeps; `Some(None)` clears.
#[derive(Debug, Clone, Default)]
#[allow(missing_docs, reason = "the fields are those of Service")]
pub struct UpdateServiceConfig {
    pub is_test: Option<bool>,
    pub site: Option<Option<i64>>,
    pub assistant_enabled: Option<bool>,
    pub assistant: Option<Option<i64>>,
    pub chat_model: Option<Option<String>>,
    pub realtime_model: Option<Option<String>>,
    pub paused: Option<bool>,
    pub needs_response: Option<bool>,
}

string_enum! {
    /// What a list is sorted by.
    ConversationSort {
        /// Creation.
        CreatedAt = "created_at",
        /// Last change.
        UpdatedAt = "updated_at",
        /// Newest message; conversations without one come last in either direction.
        LastMessageAt = "last_message_at",
        /// Title, by code point; untitled ones come last in either direction.
        Title = "title",
    }
}

/// Which conversations of the workspace a list shows. Direct ones are shown to their participants only.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ConversationFilter {
    /// Only those this member takes part in.
    pub involving: Option<i64>,
    /// Only those for this member.
    pub subject: Option<i64>,
    /// Only those this assistant serves.
    pub assistant: Option<i64>,
    /// Only those in (`true`) or out of (`false`) the open state.
    pub archived: Option<bool>,
    /// Only those a person has to answer, or only the others.
    pub needs_response: Option<bool>,
    /// Only those whose assistant is held back, or only the others.
    pub paused: Option<bool>,
    /// Only tests, or only the others.
    pub is_test: Option<bool>,
    /// Only those over this medium.
    pub medium: Option<Medium>,
    /// Only those of this kind.
    pub kind: Option<ConversationKind>,
    /// Only those of this [category](ServiceConfig::category); direct ones have none.
    pub category: Option<String>,
    /// Only those that bear this label, by number.
    pub label: Option<i64>,
    /// Made at or after.
    pub created_from: Option<Timestamp>,
    /// Made before.
    pub created_until: Option<Timestamp>,
    /// Part of the title, of a participant's name or of a message, whatever the case.
    pub search: Option<String>,
}

/// A numbered page of conversations.
#[derive(Debug, Clone)]
pub struct ConversationPage {
    /// The rows of the page.
    pub items: Vec<Conversation>,
    /// How many rows all pages have.
    pub total: i64,
}
