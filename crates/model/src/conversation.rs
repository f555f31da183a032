//! Conversations. Groups, chats, direct conversations and threads are one entity of four kinds.

use crate::bot_config::{BotConfig, UpdateBotConfig};
use crate::id::{ConversationId, SpaceId};
use crate::member::{MemberKey, MemberRef};
use crate::metadata::Metadata;
use crate::participant::NewParticipant;
use crate::string_enum::string_enum;
use crate::time::Timestamp;

string_enum! {
    /// Kind of a conversation.
    ConversationKind {
        /// Many members, one of them the admin.
        Group = "group",
        /// Exactly two members; one such conversation per pair.
        Direct = "direct",
        /// One member (the subject) and the assistants or persons who serve it.
        Chat = "chat",
        /// Dialogue with an assistant, with intermediate steps.
        Thread = "thread",
    }
}

string_enum! {
    /// Life-cycle state of a conversation.
    ConversationState {
        /// Open.
        Active = "active",
        /// Archived; can be restored.
        Archived = "archived",
        /// Closed: readable, not writable.
        Closed = "closed",
    }
}

string_enum! {
    /// Medium of a conversation.
    Medium {
        /// This server's own API.
        Web = "web",
        /// Text messages.
        Sms = "sms",
        /// Voice calls.
        Voice = "voice",
        /// Email.
        Email = "email",
    }
}

/// Key by which a caller addresses a conversation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ConversationKey {
    /// By id.
    Id(ConversationId),
    /// By number.
    Number(i64),
}

/// A conversation without its participants and messages.
#[derive(Debug, Clone)]
pub struct Conversation {
    /// Row number, unique in the workspace.
    pub number: i64,
    /// Public id.
    pub id: ConversationId,
    /// Kind.
    pub kind: ConversationKind,
    /// Life-cycle state.
    pub state: ConversationState,
    /// Space that contains the conversation.
    pub space: Option<SpaceId>,
    /// Title; each dialect renders its own default for `None`.
    pub title: Option<String>,
    /// The title was generated; a chosen title replaces it.
    pub title_is_automatic: bool,
    /// Owner; `None` if an unbound key created the conversation.
    pub owner: Option<MemberRef>,
    /// Subject: the member whom the conversation serves.
    pub subject: Option<MemberRef>,
    /// Service configuration.
    pub service: ServiceConfig,
    /// Group profile.
    pub group_profile: GroupProfile,
    /// Description.
    pub description: Option<String>,
    /// Bot configuration.
    pub responder: BotConfig,
    /// Free-form JSON.
    pub metadata: Metadata,
    /// Newest `seq` of the log; 0 before the first entry.
    pub last_seq: i64,
    /// `seq` of the newest user or assistant message.
    pub last_message_seq: Option<i64>,
    /// Time of that message.
    pub last_message_at: Option<Timestamp>,
    /// Creation time.
    pub created_at: Timestamp,
    /// Time of the last change, including messages.
    pub updated_at: Timestamp,
}

/// Service configuration of a conversation: medium, workflow and assistant. Entities are referred to by row number.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServiceConfig {
    /// Medium.
    pub medium: Medium,
    /// Category chosen by the creator; `None` derives it from the kind of service.
    pub category: Option<String>,
    /// Marked as a test.
    pub is_test: bool,
    /// Site.
    pub site: Option<i64>,
    /// Workflow.
    pub workflow: Option<i64>,
    /// Published version it is pinned to; `None` is the draft.
    pub workflow_version: Option<i64>,
    /// Assignment.
    pub assignment: Option<i64>,
    /// Phone number.
    pub phone_number: Option<i64>,
    /// Inbox.
    pub inbox: Option<i64>,
    /// Whether an assistant answers.
    pub assistant_enabled: bool,
    /// Assistant's member number.
    pub assistant: Option<i64>,
    /// Language model for text turns.
    pub chat_model: Option<String>,
    /// Language model for voice turns.
    pub realtime_model: Option<String>,
    /// The assistant is paused.
    pub paused: bool,
    /// A person has to respond.
    pub needs_response: bool,
}

impl ServiceConfig {
    /// Returns the category, or the default one by whether a workflow runs the conversation.
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

/// Profile of a group conversation: what its members see besides the title.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GroupProfile {
    /// URL of a picture, or empty.
    pub icon: String,
    /// Announcement of the admin, or empty.
    pub announcement: String,
    /// The announcement is pinned.
    pub announcement_pinned: bool,
    /// Any member that knows the id may join.
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

/// Command that creates a conversation. Direct conversations are found or created for a pair instead.
#[derive(Debug, Clone)]
pub struct CreateConversation {
    /// Kind; never `Direct`.
    pub kind: ConversationKind,
    /// Space that contains the conversation.
    pub space: Option<SpaceId>,
    /// Title.
    pub title: Option<String>,
    /// The title was generated.
    pub title_is_automatic: bool,
    /// Subject. If absent: the owner of the space, otherwise the creator.
    pub subject: Option<MemberKey>,
    /// Further participants; the creator and the subject participate in any case.
    pub participants: Vec<NewParticipant>,
    /// Service configuration.
    pub service: ServiceConfig,
    /// Group profile.
    pub group_profile: GroupProfile,
    /// Description.
    pub description: Option<String>,
    /// Bot configuration.
    pub responder: BotConfig,
    /// Free-form JSON.
    pub metadata: Metadata,
}

impl CreateConversation {
    /// Creates a command with defaults for everything but the kind.
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

/// Changes to a conversation. `None` keeps a field, `Some(None)` clears it.
#[derive(Debug, Clone, Default)]
pub struct UpdateConversation {
    /// New title.
    pub title: Option<Option<String>>,
    /// New state.
    pub state: Option<ConversationState>,
    /// Changes to the service configuration.
    pub service: Option<UpdateServiceConfig>,
    /// The acting member's own setting.
    pub muted: Option<bool>,
    /// Replaces the metadata.
    pub metadata: Option<Metadata>,
    /// Merged into the metadata at the top level in the same transaction; a null removes a key.
    pub merge: Option<Metadata>,
    /// New description.
    pub description: Option<Option<String>>,
    /// Changes to the bot configuration.
    pub responder: Option<UpdateBotConfig>,
    /// New space, or none.
    pub space: Option<Option<SpaceId>>,
    /// New subject, which becomes a participant. `Some(None)` gives the conversation back to its owner.
    pub subject: Option<Option<MemberKey>>,
}

/// Changes to a [`ServiceConfig`]. `None` keeps a field, `Some(None)` clears it.
#[derive(Debug, Clone, Default)]
#[allow(missing_docs, reason = "the fields are those of ServiceConfig")]
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
    /// Sort key of a conversation list.
    ConversationSort {
        /// Creation time.
        CreatedAt = "created_at",
        /// Time of the last change.
        UpdatedAt = "updated_at",
        /// Time of the newest message; conversations without one come last in either direction.
        LastMessageAt = "last_message_at",
        /// Title by code point; untitled conversations come last in either direction.
        Title = "title",
    }
}

/// Filter of a workspace's conversation list. Direct conversations are visible to their participants only.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ConversationFilter {
    /// Only conversations in which this member participates.
    pub involving: Option<i64>,
    /// Only conversations with this subject.
    pub subject: Option<i64>,
    /// Only conversations with this assistant.
    pub assistant: Option<i64>,
    /// `true`: only archived or closed ones; `false`: only active ones.
    pub archived: Option<bool>,
    /// Whether a person has to respond.
    pub needs_response: Option<bool>,
    /// Whether the assistant is paused.
    pub paused: Option<bool>,
    /// Whether it is a test.
    pub is_test: Option<bool>,
    /// Medium.
    pub medium: Option<Medium>,
    /// Kind.
    pub kind: Option<ConversationKind>,
    /// [Category](ServiceConfig::category); direct conversations have none.
    pub category: Option<String>,
    /// Attached label, by number.
    pub label: Option<i64>,
    /// Created at or after this time.
    pub created_from: Option<Timestamp>,
    /// Created before this time.
    pub created_until: Option<Timestamp>,
    /// Case-insensitive part of the title, of a participant's name or of a message.
    pub search: Option<String>,
}

/// One page of a conversation list by offset.
#[derive(Debug, Clone)]
pub struct ConversationPage {
    /// Rows of the page.
    pub items: Vec<Conversation>,
    /// Total number of rows on all pages.
    pub total: i64,
}
