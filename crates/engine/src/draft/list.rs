//! Reading drafts, in pieces: each may hold as much as a message does without its text.

use parlor_model::conversation::ConversationKey;
use parlor_model::draft::Draft;
use parlor_model::id::MessageId;
use parlor_model::message::{Message, MessageKey, PAGE_BYTES};
use parlor_model::{Ctx, Result};
use parlor_store::repo::{draft as repo, message as messages};

use crate::Engine;
use crate::authority;

/// What an id that was a draft's stands for.
#[derive(Debug, Clone)]
pub enum Begun {
    /// It is not finished.
    Draft(Box<Draft>),
    /// It was finished meanwhile.
    Said(Box<Message>),
}

/// The drafts of a conversation on their way, oldest first. Whether the caller may see the conversation is decided anew
/// for each piece.
#[derive(Debug, Clone)]
pub struct Drafts {
    ctx: Ctx,
    key: ConversationKey,
    left: Vec<MessageId>,
}

impl Drafts {
    /// Those that a conversation has now, so many at the most.
    pub async fn of(engine: &Engine, ctx: &Ctx, key: ConversationKey, limit: i64) -> Result<Self> {
        let ctx = *ctx;
        let left = engine
            .store
            .read(move |tx| {
                let number = authority::number(tx, &ctx, key)?;
                repo::ids(tx, ctx.ws(), number, limit)
            })
            .await?;
        Ok(Self { ctx, key, left })
    }

    /// Leaves out those of which this is not so.
    pub fn retain(&mut self, wanted: impl FnMut(&MessageId) -> bool) {
        self.left.retain(wanted);
    }

    /// Whether the last piece was read.
    pub const fn is_over(&self) -> bool {
        self.left.is_empty()
    }

    /// The next piece: about a mebibyte, but a draft at least. What was deleted meanwhile is passed over.
    pub async fn next(&mut self, engine: &Engine) -> Result<Vec<Begun>> {
        if self.left.is_empty() {
            return Ok(Vec::new());
        }
        let (ctx, key, ids) = (self.ctx, self.key, self.left.clone());
        let most = usize::try_from(PAGE_BYTES).unwrap_or(usize::MAX);
        let (found, taken) = engine
            .store
            .read(move |tx| {
                let number = authority::number(tx, &ctx, key)?;
                let (mut found, mut taken, mut bytes) = (Vec::new(), 0, 0);
                for id in &ids {
                    let ws = ctx.ws();
                    match repo::find_sized(tx, ws, *id)? {
                        Some((draft, size)) if draft.conversation == number => {
                            bytes += size;
                            found.push(Begun::Draft(Box::new(draft)));
                        }
                        _ => {
                            let said = messages::find(tx, ws, number, MessageKey::Id(*id))?;
                            bytes += said.as_ref().map_or(0, size);
                            found.extend(said.map(|said| Begun::Said(Box::new(said))));
                        }
                    }
                    taken += 1;
                    if bytes >= most {
                        break;
                    }
                }
                Ok((found, taken))
            })
            .await?;
        self.left.drain(..taken);
        Ok(found)
    }
}

/// Bytes that a message may hold, where they were not counted when it was read: its text and the most of the rest.
fn size(message: &Message) -> usize {
    const REST: usize = 320 * 1024;
    message.text.as_str().len() + REST
}
