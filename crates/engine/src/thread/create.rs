//! Making a thread.

use parlor_model::conversation::{CreateConversation, Kind};
use parlor_model::error::Noun;
use parlor_model::id::{ConversationId, RoleId};
use parlor_model::role::RoleKey;
use parlor_model::{Ctx, Error, Result, limit, text};
use parlor_store::repo::{role as roles, thread as repo};

use crate::{Engine, authority, conversation};

/// Makes a thread, bound to a role where one is given. Whoever may speak for the workspace may; a key that acts for
/// nobody needs `conversations:write`.
pub async fn create(
    engine: &Engine,
    ctx: &Ctx,
    mut command: CreateConversation,
    role: Option<RoleId>,
) -> Result<ConversationId> {
    if let Some(title) = &command.title {
        text::limit(title, "title", limit::NAME.max_chars)?;
    }
    command.kind = Kind::Thread;
    let ctx = *ctx;
    engine
        .store
        .write(move |tx| {
            authority::create_conversation(tx, &ctx, command.space)?;
            let made = conversation::insert(tx, &ctx, &command)?;
            if let Some(id) = role {
                let role = roles::find(tx, ctx.ws(), &RoleKey::Id(id))?
                    .ok_or_else(|| Error::not_found(Noun::Role))?;
                repo::bind(tx, ctx.ws(), made.number, role.number)?;
            }
            Ok(made.id)
        })
        .await
}
