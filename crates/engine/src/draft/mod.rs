//! What somebody has begun to say and not finished. A draft is no part of its conversation's log: it takes its place
//! there when it is finished, under the id it had from the beginning.

mod batches;
mod discard;
mod publish;
mod save;

pub use batches::{DraftBatches, DraftOrMessage};
pub use discard::discard;
pub use publish::{into_message_update, publish};
pub use save::save;

use parlor_model::conversation::{Conversation, ConversationKey, ConversationState};
use parlor_model::draft::Draft;
use parlor_model::error::{ConflictReason, ForbiddenReason};
use parlor_model::id::MessageId;
use parlor_model::{Ctx, Error, Result};
use parlor_store::Tx;
use parlor_store::repo::{draft as repo, message};

use crate::authority::{self, ConversationPermission};

/// What an id stands for in a conversation.
enum IdUse {
    /// Something that was said, be it deleted by now.
    Message,
    /// Something that was begun.
    Draft(Box<Draft>),
    /// Nothing yet.
    Unused,
}

/// What an id stands for; one that is taken in another conversation is refused.
fn id_use(tx: &mut dyn Tx, ws: i64, id: MessageId, conversation: i64) -> Result<IdUse> {
    let elsewhere = || Err(Error::forbidden(ForbiddenReason::NotOwn));
    if let Some(home) = message::conversation_of_id(tx, ws, id)? {
        return if home == conversation {
            Ok(IdUse::Message)
        } else {
            elsewhere()
        };
    }
    match repo::find(tx, ws, id)? {
        Some(draft) if draft.conversation == conversation => Ok(IdUse::Draft(Box::new(draft))),
        Some(_) => elsewhere(),
        None => Ok(IdUse::Unused),
    }
}

/// The conversation, for somebody who may speak in it: those who take part need no scope, anybody else
/// `messages:write`.
fn authorize_write(tx: &mut dyn Tx, ctx: &Ctx, key: ConversationKey) -> Result<Conversation> {
    let found =
        authority::find_conversation(tx, ctx, key, ConversationPermission::Write)?.conversation;
    if found.state == ConversationState::Closed {
        return Err(Error::conflict(ConflictReason::Closed));
    }
    Ok(found)
}
