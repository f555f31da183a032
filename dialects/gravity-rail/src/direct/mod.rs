//! Direct messages of the caller, named by the vendor's command line: the same rows as chats of type `dm`, by themselves.
//! `POST /chats/dm` finds or begins one.

pub(crate) mod get;
pub(crate) mod list;
pub(crate) mod send;

use parlor_engine::conversation;
use parlor_kit::AppState;
use parlor_model::conversation::{ConversationKey, ConversationKind};
use parlor_model::error::EntityKind;
use parlor_model::{Ctx, Error, Result};

use crate::ids;

/// The DM of a path: a chat of another type is not found.
async fn find_direct(app: &AppState, ctx: &Ctx, text: &str) -> Result<ConversationKey> {
    let found = conversation::find(&app.engine, ctx, ids::parse_chat_key(text)?).await?;
    if found.kind == ConversationKind::Direct {
        Ok(ConversationKey::Number(found.number))
    } else {
        Err(Error::not_found(EntityKind::Conversation))
    }
}
