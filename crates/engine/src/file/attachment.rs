//! Finds and lists the files of a conversation.

use parlor_model::conversation::ConversationKey;
use parlor_model::error::EntityKind;
use parlor_model::file::File;
use parlor_model::id::FileId;
use parlor_model::{Ctx, Error, Result};
use parlor_store::repo::file::{self as repo, FileKey};

use crate::{Engine, authority};

/// Returns a file of a conversation. Requires the permission to read its messages.
pub async fn attachment(
    engine: &Engine,
    ctx: &Ctx,
    key: ConversationKey,
    id: FileKey,
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

/// Returns the files of a conversation after a given one, oldest first. Requires the permission to read its messages.
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

/// Returns a page of the files of a conversation, oldest first, and the number of all. Requires the permission to read its
/// messages.
pub async fn attachment_page(
    engine: &Engine,
    ctx: &Ctx,
    key: ConversationKey,
    limit: i64,
    offset: i64,
) -> Result<(Vec<File>, i64)> {
    let ctx = *ctx;
    engine
        .store
        .read(move |tx| {
            let number = authority::find_readable_number(tx, &ctx, key)?;
            let files = repo::attachment_page(tx, ctx.ws(), number, limit, offset)?;
            Ok((files, repo::count_attachments(tx, ctx.ws(), number)?))
        })
        .await
}
