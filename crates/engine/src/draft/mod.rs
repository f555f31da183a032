//! Drafts: unpublished messages. A draft is not part of the conversation's log; publishing appends it under its id.
//!
//! Keeps INV-15 (`docs/invariants.md`).

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

/// What an id refers to in a conversation.
enum IdUse {
    /// A message, possibly deleted.
    Message,
    /// A draft.
    Draft(Box<Draft>),
    /// Nothing.
    Unused,
}

/// Returns what an id refers to.
///
/// # Errors
/// `Forbidden` if it is used in another conversation.
fn id_use(tx: &mut dyn Tx, ws: i64, id: MessageId, conversation: i64) -> Result<IdUse> {
    let elsewhere = || Err(Error::forbidden(ForbiddenReason::NotOwn));
    if let Some(other) = message::conversation_of_id(tx, ws, id)? {
        return if other == conversation {
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

/// Returns the conversation if the caller may write in it: participants need no scope, other callers `messages:write`.
fn authorize_write(tx: &mut dyn Tx, ctx: &Ctx, key: ConversationKey) -> Result<Conversation> {
    let found =
        authority::find_conversation(tx, ctx, key, ConversationPermission::Write)?.conversation;
    if found.state == ConversationState::Closed {
        return Err(Error::conflict(ConflictReason::Closed));
    }
    Ok(found)
}
