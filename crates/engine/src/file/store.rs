//! Making a file of bytes that were received.

use parlor_model::conversation::ConversationKey;
use parlor_model::error::{EntityKind, ErrorKind};
use parlor_model::file::FilePath;
use parlor_model::id::{FileId, SpaceId};
use parlor_model::scope::{Resource, Scope};
use parlor_model::{Ctx, Error, Result, limit};
use parlor_store::Tx;
use parlor_store::repo::file::{self as repo, FileLocation, NewFileRow};
use parlor_store::repo::space;

use super::release::release;
use super::upload::Upload;
use crate::Engine;
use crate::authority::{self, ConversationPermission};

/// Where a file is stored.
#[derive(Debug, Clone)]
pub enum Target {
    /// At a path of a space, instead of the file that is there. Asks for `spaces:write`.
    Space(SpaceId, FilePath),
    /// In a conversation, under a name. Asks for the right to write in it.
    Conversation(ConversationKey, FilePath),
}

/// A file that is stored.
#[derive(Debug, Clone)]
pub struct StoreFile {
    /// Its id: one from [`Engine::horizon`], or one that was promised for this upload before.
    pub id: FileId,
    /// Where it goes.
    pub target: Target,
    /// What the uploader says its media type is.
    pub media_type: Option<String>,
}

/// Refuses a target that is not there or that the caller may not write to, before any bytes are received.
pub async fn check_target(engine: &Engine, ctx: &Ctx, target: &Target) -> Result<()> {
    require(ctx, target)?;
    let (ctx, target) = (*ctx, target.clone());
    engine
        .store
        .read(move |tx| find_owner(tx, &ctx, &target).map(drop))
        .await
}

fn require(ctx: &Ctx, target: &Target) -> Result<()> {
    match target {
        Target::Space(..) => ctx.require(Scope::write(Resource::Spaces)),
        Target::Conversation(..) => Ok(()),
    }
}

/// The number of the space or the conversation.
fn find_owner(tx: &mut dyn Tx, ctx: &Ctx, target: &Target) -> Result<i64> {
    match target {
        Target::Space(id, _) => space::find_number(tx, ctx.ws(), *id)?
            .ok_or_else(|| Error::not_found(EntityKind::Space)),
        Target::Conversation(key, _) => {
            Ok(
                authority::authorize(tx, ctx, *key, ConversationPermission::Write)?
                    .conversation
                    .number,
            )
        }
    }
}

impl Upload {
    /// Stores what was received as a file, in one commit. Of two files for one path the one that is committed last stays.
    ///
    /// # Errors
    /// `Conflict` when a file with the promised id has been stored elsewhere.
    pub async fn store(mut self, engine: &Engine, ctx: &Ctx, command: StoreFile) -> Result<()> {
        require(ctx, &command.target)?;
        let media_type = command.media_type.as_deref();
        limit::REFERENCE.validate_opt(media_type, "type")?;
        let received = self.seal().await?;
        let ctx = *ctx;
        // From here on a commit may refer to the bytes, whatever becomes of this request.
        self.keep();
        let stored = engine
            .store
            .write(move |tx| {
                let ws = ctx.ws();
                let owner = find_owner(tx, &ctx, &command.target)?;
                let location = match &command.target {
                    Target::Space(_, path) => FileLocation::Space(owner, path.as_str()),
                    Target::Conversation(_, name) => {
                        FileLocation::Conversation(owner, name.as_str())
                    }
                };
                check_promise(tx, ws, command.id, location)?;
                let replaced = match location {
                    FileLocation::Space(space, path) => repo::at_path(tx, ws, space, path)?,
                    FileLocation::Conversation(..) => None,
                };
                if let Some(same) = replaced.as_ref().filter(|file| file.id == command.id) {
                    // The same upload once more. One of the databases would find two rows with one id.
                    repo::delete(tx, ws, same.number)?;
                }
                let content =
                    repo::claim_hash(tx, received.location, received.hash, received.size)?;
                let new = NewFileRow {
                    id: command.id,
                    location,
                    media_type: command.media_type.as_deref(),
                    content: content.number,
                };
                repo::put(tx, ws, &new)?;
                Ok((content, replaced))
            })
            .await;
        let (content, replaced) = match stored {
            Ok(stored) => stored,
            Err(error) => {
                if is_certain(&error) {
                    self.drop_sealed(received.hash);
                }
                return Err(error);
            }
        };
        // Where another file had the same bytes before, those of this upload are dropped.
        if content.location != received.location {
            self.drop_sealed(received.hash);
        }
        if let Some(replaced) = replaced.filter(|file| file.content.number != content.number) {
            release(engine, ctx.ws(), &[replaced.content.number]).await;
        }
        Ok(())
    }
}

/// Whether an error says that nothing was committed. After the others the bytes are left to the upkeep.
fn is_certain(error: &Error) -> bool {
    !matches!(
        error.kind(),
        ErrorKind::Unavailable | ErrorKind::Timeout | ErrorKind::Internal
    )
}

/// A promised id may be stored again at its path, by a client that has not heard the answer, and nowhere else.
fn check_promise(tx: &mut dyn Tx, ws: i64, id: FileId, location: FileLocation<'_>) -> Result<()> {
    let is_same = |owner: Option<i64>, path: &str| match location {
        FileLocation::Space(space, own) => (owner, path) == (Some(space), own),
        FileLocation::Conversation(..) => false,
    };
    match repo::place_of_id(tx, ws, id)? {
        Some((owner, path)) if !is_same(owner, &path) => {
            Err(Error::new(ErrorKind::AlreadyExists {
                noun: EntityKind::File,
                field: "id",
            }))
        }
        _ => Ok(()),
    }
}
