//! Stores received bytes as a file.

use parlor_model::conversation::ConversationKey;
use parlor_model::error::{EntityKind, ErrorKind};
use parlor_model::file::FilePath;
use parlor_model::id::{FileId, SpaceId};
use parlor_model::scope::{Resource, Scope};
use parlor_model::{Ctx, Error, Result, limit};
use parlor_store::Tx;
use parlor_store::repo::file::{self as repo, FileLocation, NewFileRow};

use super::find::find_space_number;
use super::release::release_unreferenced;
use super::upload::Upload;
use crate::Engine;
use crate::authority::{self, ConversationPermission};

/// The place where a file is stored.
#[derive(Debug, Clone)]
pub enum Target {
    /// A path of a space. Replaces the file there. Requires `spaces:write`.
    Space(SpaceId, FilePath),
    /// A conversation and a name. Requires the permission to write in it.
    Conversation(ConversationKey, FilePath),
}

/// Command of [`Upload::store`].
#[derive(Debug, Clone)]
pub struct StoreFile {
    /// Its id: one from [`Engine::scan_upper_bound`], or one promised earlier for this upload.
    pub id: FileId,
    /// Its place.
    pub target: Target,
    /// The media type given by the uploader.
    pub media_type: Option<String>,
}

/// Checks, before any bytes are received, that a target exists and that the caller may write to it.
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

/// Returns the number of the space or conversation.
fn find_owner(tx: &mut dyn Tx, ctx: &Ctx, target: &Target) -> Result<i64> {
    match target {
        Target::Space(id, _) => find_space_number(tx, ctx.ws(), *id),
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
    /// Stores the received bytes as a file, in one commit. Of two files with the same path the last committed one remains.
    ///
    /// # Errors
    /// `AlreadyExists` if a file with the promised id is stored elsewhere.
    pub async fn store(mut self, engine: &Engine, ctx: &Ctx, command: StoreFile) -> Result<()> {
        require(ctx, &command.target)?;
        let media_type = command.media_type.as_deref();
        limit::REFERENCE.validate_opt(media_type, "type")?;
        let received = self.seal().await?;
        let ctx = *ctx;
        // From here on a commit may refer to the bytes, even if this request is cancelled.
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
                    // The same upload is repeated. One of the databases would report a duplicate id.
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
        // Another file already has the same bytes, so those of this upload are removed.
        if content.location != received.location {
            self.drop_sealed(received.hash);
        }
        if let Some(replaced) = replaced.filter(|file| file.content.number != content.number) {
            release_unreferenced(engine, ctx.ws(), &[replaced.content.number]).await;
        }
        Ok(())
    }
}

/// Returns whether an error proves that nothing was committed. After any other error the upkeep decides about the bytes.
pub(super) fn is_certain(error: &Error) -> bool {
    !matches!(
        error.kind(),
        ErrorKind::Unavailable | ErrorKind::Timeout | ErrorKind::Internal
    )
}

/// Checks that an id is unused or stored at the same path, which happens if a client repeats an upload because it did not
/// receive the response.
fn check_promise(tx: &mut dyn Tx, ws: i64, id: FileId, location: FileLocation<'_>) -> Result<()> {
    let is_same = |owner: Option<i64>, path: &str| match location {
        FileLocation::Space(space, own) => (owner, path) == (Some(space), own),
        FileLocation::Conversation(..) => false,
    };
    match repo::find_location(tx, ws, id)? {
        Some((owner, path)) if !is_same(owner, &path) => {
            Err(Error::new(ErrorKind::AlreadyExists {
                noun: EntityKind::File,
                field: "id",
            }))
        }
        _ => Ok(()),
    }
}
