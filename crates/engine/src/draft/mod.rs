//! What somebody has begun to say and not finished. A draft is no part of its conversation's log: it takes its place
//! there when it is finished, under the id it had from the beginning.

mod discard;
mod list;
mod put;
mod say;

pub use discard::discard;
pub use list::{Begun, Drafts};
pub use put::put;
pub use say::{change, say};

use parlor_model::conversation::{Conversation, ConversationKey, State};
use parlor_model::draft::Draft;
use parlor_model::error::{Conflict, Denied};
use parlor_model::id::MessageId;
use parlor_model::{Ctx, Error, Result};
use parlor_store::Tx;
use parlor_store::repo::{draft as repo, message};

use crate::authority::{self, Right};

/// What an id stands for in a conversation.
enum Taken {
    /// Something that was said, be it deleted by now.
    Said,
    /// Something that was begun.
    Begun(Box<Draft>),
    /// Nothing yet.
    Free,
}

/// What an id stands for; one that is taken in another conversation is refused.
fn taken(tx: &mut dyn Tx, ws: i64, id: MessageId, conversation: i64) -> Result<Taken> {
    let elsewhere = || Err(Error::forbidden(Denied::NotOwn));
    if let Some(home) = message::home(tx, ws, id)? {
        return if home == conversation {
            Ok(Taken::Said)
        } else {
            elsewhere()
        };
    }
    match repo::find(tx, ws, id)? {
        Some(draft) if draft.conversation == conversation => Ok(Taken::Begun(Box::new(draft))),
        Some(_) => elsewhere(),
        None => Ok(Taken::Free),
    }
}

/// The conversation, for somebody who may speak in it: those who take part need no scope, anybody else
/// `messages:write`.
fn writable(tx: &mut dyn Tx, ctx: &Ctx, key: ConversationKey) -> Result<Conversation> {
    let found = authority::find(tx, ctx, key, Right::Write)?.found;
    if found.state == State::Closed {
        return Err(Error::conflict(Conflict::Closed));
    }
    Ok(found)
}
