//! Files of a conversation.

use parlor_model::conversation::ConversationKey;
use parlor_model::error::EntityKind;
use parlor_model::file::File;
use parlor_model::id::FileId;
use parlor_model::{Ctx, Error, Result};
use parlor_store::repo::file as repo;

use crate::{Engine, authority};

/// A file of a conversation. Asks for the right to read its messages.
pub async fn attachment(
    engine: &Engine,
    ctx: &Ctx,
    key: ConversationKey,
    id: FileId,
) -> Result<File> {
    let ctx = *ctx;
    engine
        .store
        .read(move |tx| {
            let number = authority::find_readable_number(tx, &ctx, key)?;
            let found = repo::attached(tx, ctx.ws(), number, id)?;
            found.ok_or_else(|| Error::not_found(EntityKind::File))
        })
        .await
}

/// Files of a conversation behind one, oldest first. Asks for the right to read its messages.
pub async fn attachments(
    engine: &Engine,
    ctx: &Ctx,
    key: ConversationKey,
    after: Option<FileId>,
    limit: i64,
) -> Result<Vec<File>> {
    let ctx = *ctx;
    engine
        .store
        .read(move |tx| {
            let number = authority::find_readable_number(tx, &ctx, key)?;
            let after = after.unwrap_or(FileId::MIN);
            repo::attachments(tx, ctx.ws(), number, after, limit)
        })
        .await
}
