//! Reads drafts in batches, because each may be as large as a message.

use parlor_model::conversation::ConversationKey;
use parlor_model::draft::Draft;
use parlor_model::id::MessageId;
use parlor_model::message::{MAX_PAGE_BYTES, Message, MessageKey};
use parlor_model::{Ctx, Result};
use parlor_store::repo::{draft as repo, message as messages};

use crate::Engine;
use crate::authority;

/// What the id of a draft refers to now.
#[derive(Debug, Clone)]
pub enum DraftOrMessage {
    /// An unpublished draft.
    Draft(Box<Draft>),
    /// A message: the draft was published meanwhile.
    Message(Box<Message>),
}

/// Batched reading of a conversation's drafts, oldest first. Access to the conversation is checked for each batch.
#[derive(Debug, Clone)]
pub struct DraftBatches {
    ctx: Ctx,
    key: ConversationKey,
    remaining: Vec<MessageId>,
}

impl DraftBatches {
    /// Loads the ids of the conversation's current drafts, at most `limit`.
    pub async fn load(
        engine: &Engine,
        ctx: &Ctx,
        key: ConversationKey,
        limit: i64,
    ) -> Result<Self> {
        let ctx = *ctx;
        let left = engine
            .store
            .read(move |tx| {
                let number = authority::find_readable_number(tx, &ctx, key)?;
                repo::list_ids(tx, ctx.ws(), number, limit)
            })
            .await?;
        Ok(Self {
            ctx,
            key,
            remaining: left,
        })
    }

    /// Keeps only the ids that match.
    pub fn retain(&mut self, predicate: impl FnMut(&MessageId) -> bool) {
        self.remaining.retain(predicate);
    }

    /// Returns whether the last batch was read.
    pub const fn is_finished(&self) -> bool {
        self.remaining.is_empty()
    }

    /// Returns the next batch: about 1 MiB, at least one draft. Deleted drafts are skipped.
    pub async fn next(&mut self, engine: &Engine) -> Result<Vec<DraftOrMessage>> {
        if self.remaining.is_empty() {
            return Ok(Vec::new());
        }
        let (ctx, key, ids) = (self.ctx, self.key, self.remaining.clone());
        let most = usize::try_from(MAX_PAGE_BYTES).unwrap_or(usize::MAX);
        let (found, read_count) = engine
            .store
            .read(move |tx| {
                let number = authority::find_readable_number(tx, &ctx, key)?;
                let (mut found, mut read_count, mut bytes) = (Vec::new(), 0, 0);
                for id in &ids {
                    let ws = ctx.ws();
                    match repo::find_with_size(tx, ws, *id)? {
                        Some((draft, size)) if draft.conversation == number => {
                            bytes += size;
                            found.push(DraftOrMessage::Draft(Box::new(draft)));
                        }
                        _ => {
                            let message = messages::find(tx, ws, number, MessageKey::Id(*id))?;
                            bytes += message.as_ref().map_or(0, estimated_bytes);
                            found.extend(
                                message.map(|message| DraftOrMessage::Message(Box::new(message))),
                            );
                        }
                    }
                    read_count += 1;
                    if bytes >= most {
                        break;
                    }
                }
                Ok((found, read_count))
            })
            .await?;
        self.remaining.drain(..read_count);
        Ok(found)
    }
}

/// Returns an upper estimate of a message's size: its text and the maximum of the other parts.
fn estimated_bytes(message: &Message) -> usize {
    const MAX_OTHER_BYTES: usize = 320 * 1024;
    message.text.as_str().len() + MAX_OTHER_BYTES
}
