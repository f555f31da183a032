//! Tokens of a conversation.

use parlor_model::conversation::ConversationKey;
use parlor_model::turn::TurnUsage;
use parlor_model::{Ctx, Result, Timestamp};
use parlor_store::repo::turn as repo;

use crate::Engine;
use crate::authority::{self, ConversationPermission};

const ALL_TIME: (Timestamp, Timestamp) = (
    Timestamp::from_micros(i64::MIN),
    Timestamp::from_micros(i64::MAX),
);

/// A conversation's tokens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ConversationUsage {
    /// Conversation number.
    pub conversation: i64,
    /// Tokens of its turns.
    pub tokens: TurnUsage,
}

/// Returns the tokens that the turns of a conversation have used, for callers that may read it.
pub async fn usage_of_conversation(
    engine: &Engine,
    ctx: &Ctx,
    key: ConversationKey,
) -> Result<ConversationUsage> {
    let scope = *ctx;
    engine
        .store
        .read(move |tx| {
            let permission = ConversationPermission::Read;
            let found = authority::find_conversation(tx, &scope, key, permission)?.conversation;
            Ok(ConversationUsage {
                conversation: found.number,
                tokens: repo::tokens_of_conversation(tx, scope.ws(), found.number, ALL_TIME)?,
            })
        })
        .await
}
