//! The cache of conversation headers.

use std::sync::Arc;

use parlor_model::conversation::ConversationKey;
use parlor_model::conversation_header::ConversationHeader;
use parlor_store::Tables;

use super::ValidatedCache;

/// Conversation headers by workspace number and conversation.
pub(crate) struct ConversationHeaderCache(
    pub(crate) ValidatedCache<(i64, ConversationKey), Arc<ConversationHeader>>,
);

/// Cached headers, of some 400 bytes each.
const CAPACITY: usize = 10_000;

impl Default for ConversationHeaderCache {
    fn default() -> Self {
        // A header contains the names of the owner and of the subject.
        let tables = Tables::CONVERSATION | Tables::MEMBER;
        Self(ValidatedCache::new(tables, CAPACITY))
    }
}
