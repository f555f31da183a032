//! Direct messages of the caller, named by the vendor's command line: the chats of type `dm`. `POST /chats/dm` creates
//! one.

pub(crate) mod get;
pub(crate) mod list;
pub(crate) mod list_messages;
pub(crate) mod send;

use parlor_engine::conversation;
use parlor_kit::AppState;
use parlor_model::conversation::{ConversationKey, ConversationKind};
use parlor_model::error::EntityKind;
use parlor_model::{Ctx, Error, Result};

use crate::documented::DocumentedError;
use crate::ids;

const NO_DM: DocumentedError = (404, "The caller has no such DM.");
/// When a scope is required although members reach their own DMs without one.
const NARROWED: &str = "the credential is narrower than its member";

/// Finds the DM of a path. A chat of another type is not found.
async fn find_direct(app: &AppState, ctx: &Ctx, text: &str) -> Result<ConversationKey> {
    let found = conversation::find(&app.engine, ctx, ids::parse_chat_key(text)?).await?;
    if found.kind == ConversationKind::Direct {
        Ok(ConversationKey::Number(found.number))
    } else {
        Err(Error::not_found(EntityKind::Conversation))
    }
}
