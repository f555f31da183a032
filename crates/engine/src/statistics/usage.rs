//! Counts the contents of a workspace.

use parlor_model::conversation::ConversationKey;
use parlor_model::scope::{Resource, Scope};
use parlor_model::turn::TurnUsage;
use parlor_model::{Ctx, Id, Result, Timestamp};
use parlor_store::repo::{statistics as repo, turn};

use crate::{Engine, authority};

/// Maximum number of rows or seqs per read.
const STEP_ROWS: i64 = 10_000;

/// Contents of a workspace.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WorkspaceUsage {
    /// Conversations without direct ones.
    pub conversations: i64,
    /// Messages of all conversations, including deleted ones.
    pub messages: i64,
    /// Tokens of its assistants, of answers that are not stored too.
    pub tokens: TurnUsage,
}

/// Contents of a conversation in an interval of time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ConversationContents {
    /// Messages that were created in it.
    pub messages: i64,
    /// Tokens of the answers that ended in it.
    pub tokens: TurnUsage,
}

/// Counts the contents of a workspace in bounded reads. Requires `conversations:read` and `messages:read`.
pub async fn count_usage(engine: &Engine, ctx: &Ctx) -> Result<WorkspaceUsage> {
    ctx.require(Scope::read(Resource::Conversations))?;
    ctx.require(Scope::read(Resource::Messages))?;
    let (ws, store) = (ctx.ws(), &engine.store);
    let used = store.read(move |tx| turn::total_usage(tx, ws)).await?;
    let mut usage = WorkspaceUsage {
        conversations: 0,
        messages: 0,
        tokens: used.tokens,
    };
    let mut after = Id::MIN;
    loop {
        let counted = store
            .read_throttled(ws, move |tx| {
                repo::count_conversations_after(tx, ws, after, STEP_ROWS)
            })
            .await?;
        (usage.conversations, after) = (usage.conversations + counted.0, counted.1);
        if counted.0 < STEP_ROWS {
            break;
        }
    }
    let mut after = Id::MIN;
    loop {
        let counted = store
            .read_throttled(ws, move |tx| {
                repo::count_messages_after(tx, ws, after, STEP_ROWS)
            })
            .await?;
        (usage.messages, after) = (usage.messages + counted.0, counted.1);
        if counted.0 < STEP_ROWS {
            break;
        }
    }
    Ok(usage)
}

/// Counts what a conversation, whose messages the caller may read, got in a half-open interval of time.
pub async fn count_conversation_contents(
    engine: &Engine,
    ctx: &Ctx,
    key: ConversationKey,
    (from, to): (Timestamp, Timestamp),
) -> Result<ConversationContents> {
    let (ctx, mut after, mut total) = (*ctx, 0, 0);
    let tokens = engine
        .store
        .read(move |tx| {
            let number = authority::find_readable_number(tx, &ctx, key)?;
            turn::tokens_of_conversation(tx, ctx.ws(), number, (from, to))
        })
        .await?;
    loop {
        let (count, head) = engine
            .store
            .read_throttled(ctx.ws(), move |tx| {
                let head = authority::find_readable_head(tx, &ctx, key)?;
                let range = (after, after + STEP_ROWS);
                let count =
                    repo::count_messages_between(tx, ctx.ws(), head.number, range, (from, to))?;
                Ok((count, head.last_seq))
            })
            .await?;
        (total, after) = (total + count, after + STEP_ROWS);
        if after >= head {
            return Ok(ConversationContents {
                messages: total,
                tokens,
            });
        }
    }
}
