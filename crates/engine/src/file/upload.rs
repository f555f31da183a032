//! Bytes that are being received.

use std::sync::Arc;

use aws_lc_rs::digest::{Context, SHA256};
use parlor_model::error::ErrorKind;
use parlor_model::file::{ContentHash, Location};
use parlor_model::{Ctx, Error, Result};

use super::blob::{BlobStore, PIECE_BYTES};
use crate::Engine;

/// Receives the bytes of a file, of which one piece is in memory. What was received is removed when the value is dropped
/// before a commit that makes it a file was begun, or when the commit was refused.
pub struct Upload {
    blobs: Arc<dyn BlobStore>,
    location: Location,
    hash: Context,
    piece: Vec<u8>,
    place: u32,
    size: u64,
    limit: u64,
    /// What a drop has to remove.
    left: Left,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Left {
    Nothing,
    Received,
    Sealed(ContentHash),
}

/// Bytes that are kept, and belong to no file yet.
#[derive(Debug, Clone, Copy)]
pub(super) struct Received {
    pub(super) location: Location,
    pub(super) hash: ContentHash,
    pub(super) size: i64,
}

impl Upload {
    /// Begins to receive bytes, as many as the limit.
    pub fn begin(engine: &Engine, ctx: &Ctx, limit: u64) -> Self {
        Self {
            blobs: engine.blobs.clone(),
            location: Location {
                ws: ctx.ws(),
                id: engine.random_uuid(),
            },
            hash: Context::new(&SHA256),
            piece: Vec::new(),
            place: 0,
            size: 0,
            limit,
            left: Left::Nothing,
        }
    }

    /// Takes bytes.
    ///
    /// # Errors
    /// `TooLarge` when there are more than the limit.
    pub async fn write(&mut self, mut bytes: &[u8]) -> Result<()> {
        self.size = self.size.saturating_add(bytes.len() as u64);
        if self.size > self.limit {
            return Err(Error::new(ErrorKind::TooLarge { limit: self.limit }));
        }
        self.hash.update(bytes);
        while !bytes.is_empty() {
            let room = PIECE_BYTES - self.piece.len();
            let (taken, rest) = bytes.split_at(room.min(bytes.len()));
            self.piece.extend_from_slice(taken);
            bytes = rest;
            if self.piece.len() == PIECE_BYTES {
                self.flush().await?;
            }
        }
        Ok(())
    }

    /// Bytes received so far.
    pub const fn size(&self) -> u64 {
        self.size
    }

    async fn flush(&mut self) -> Result<()> {
        self.left = Left::Received;
        let piece = std::mem::take(&mut self.piece);
        self.blobs.append(self.location, self.place, piece).await?;
        self.place += 1;
        Ok(())
    }

    /// Keeps what was received. The drop still removes it, until [`Self::keep`].
    pub(super) async fn seal(&mut self) -> Result<Received> {
        // An empty file is one empty piece.
        if !self.piece.is_empty() || self.place == 0 {
            self.flush().await?;
        }
        let digest = self.hash.clone().finish();
        let mut hash = ContentHash([0; 32]);
        hash.0.copy_from_slice(digest.as_ref());
        self.left = Left::Sealed(hash);
        self.blobs.seal(self.location, hash).await?;
        Ok(Received {
            location: self.location,
            hash,
            size: i64::try_from(self.size).unwrap_or(i64::MAX),
        })
    }

    /// Bytes that a content may refer to stay.
    pub(super) fn keep(&mut self) {
        self.left = Left::Nothing;
    }

    /// Bytes that no content refers to go with this value.
    pub(super) fn drop_sealed(&mut self, hash: ContentHash) {
        self.left = Left::Sealed(hash);
    }
}

impl Drop for Upload {
    fn drop(&mut self) {
        let hashes = match self.left {
            Left::Nothing => return,
            Left::Received => vec![None],
            // The bytes may have been given to be kept, or be where they were received.
            Left::Sealed(hash) => vec![None, Some(hash)],
        };
        // Without a runtime the upkeep removes them.
        let Ok(runtime) = tokio::runtime::Handle::try_current() else {
            return;
        };
        let (blobs, location) = (self.blobs.clone(), self.location);
        runtime.spawn(async move {
            for hash in hashes {
                if let Err(error) = blobs.remove(location, hash).await {
                    tracing::debug!(?error, "bytes of an upload were left to the upkeep");
                }
            }
        });
    }
}
