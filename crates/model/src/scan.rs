//! Rows of keyset scans over conversations and messages, borrowed from the store while they are read, and the filter of
//! such scans.

use crate::bot_config::BotConfig;
use crate::id::{ConversationId, MemberId, MessageId, SpaceId};
use crate::message::MessageRole;
use crate::message_details::ToolResult;
use crate::metadata_filter::MetadataFilter;
use crate::time::Timestamp;

/// Conversation row of a scan.
#[derive(Debug, Clone)]
pub struct ConversationRow<'a> {
    /// Public id.
    pub id: ConversationId,
    /// Title.
    pub title: Option<&'a str>,
    /// Description.
    pub description: Option<&'a str>,
    /// Space that contains the conversation.
    pub space: Option<SpaceId>,
    /// Subject, if it is a contact.
    pub contact: Option<MemberId>,
    /// Language model for text turns.
    pub model: Option<&'a str>,
    /// Bot configuration.
    pub responder: BotConfig,
    /// Metadata as compact JSON.
    pub metadata: &'a str,
    /// Creation time.
    pub created_at: Timestamp,
    /// Time of the last change, including messages.
    pub updated_at: Timestamp,
}

/// Message row of a scan.
#[derive(Debug, Clone)]
pub struct MessageRow<'a> {
    /// Public id.
    pub id: MessageId,
    /// `seq` in the conversation's log.
    pub seq: i64,
    /// Role of the author.
    pub role: MessageRole,
    /// Dialect-specific subtype of the role.
    pub subtype: Option<&'a str>,
    /// Message text.
    pub text: &'a str,
    /// Display name of the author, if it differs from the member's name.
    pub name: Option<String>,
    /// Description of the message.
    pub description: Option<String>,
    /// Annotated spans of the text (entities), as compact JSON.
    pub entities: Option<String>,
    /// Tool calls, as [`crate::message_details::MessageDetails`] has them.
    pub tool_calls: Option<serde_json::Value>,
    /// Call whose result the text is.
    pub tool_result: Option<ToolResult>,
    /// Metadata as compact JSON.
    pub metadata: &'a str,
    /// Creation time.
    pub created_at: Timestamp,
    /// Time of the last edit, or of creation.
    pub updated_at: Timestamp,
}

/// Filter of a conversation scan. Direct conversations are visible to their participants only.
#[derive(Debug, Clone, Default)]
pub struct ConversationScanFilter {
    /// Only conversations with one of these subjects; empty means no restriction.
    pub contacts: Vec<MemberId>,
    /// Only conversations in one of these spaces; empty means no restriction.
    pub spaces: Vec<SpaceId>,
    /// Only conversations with this bot.
    pub bot: Option<String>,
    /// Only conversations with this task.
    pub task: Option<String>,
    /// Only conversations whose metadata satisfies all of these filters.
    pub metadata: Vec<MetadataFilter>,
    /// Excludes direct conversations.
    pub without_direct: bool,
}
