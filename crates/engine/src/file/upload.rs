//! Receives the bytes of a file.

use std::sync::Arc;

use aws_lc_rs::digest::{Context, SHA256};
use parlor_model::error::ErrorKind;
use parlor_model::file::{ContentHash, Location};
use parlor_model::{Ctx, Error, Result};

use crate::Engine;
use crate::blob::{BlobStore, PIECE_BYTES};

/// Receives the bytes of a file and buffers one piece in memory. If the value is dropped before the commit that makes the
/// bytes a file begins, or if that commit fails for certain, the received bytes are removed.
pub struct Upload {
    blobs: Arc<dyn BlobStore>,
    location: Location,
    hash: Context,
    piece: Vec<u8>,
    place: u32,
    size: u64,
    limit: u64,
    /// What `drop` removes.
    left: Left,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Left {
    Nothing,
    Received,
    Sealed(ContentHash),
}

/// Sealed bytes that belong to no file yet.
#[derive(Debug, Clone, Copy)]
pub(super) struct Received {
    pub(super) location: Location,
    pub(super) hash: ContentHash,
    pub(super) size: i64,
}

impl Upload {
    /// Begins to receive at most `limit` bytes.
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

    /// Receives bytes.
    ///
    /// # Errors
    /// `TooLarge` if there are more than the limit.
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

    /// Returns the number of bytes received so far.
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

    /// Seals the received bytes. Until [`Self::keep`], `drop` still removes them.
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

    /// Lets the bytes stay when the value is dropped, since a content may refer to them.
    pub(super) fn keep(&mut self) {
        self.left = Left::Nothing;
    }

    /// Lets `drop` remove the sealed bytes, since no content refers to them.
    pub(super) fn drop_sealed(&mut self, hash: ContentHash) {
        self.left = Left::Sealed(hash);
    }
}

impl Drop for Upload {
    fn drop(&mut self) {
        let hashes = match self.left {
            Left::Nothing => return,
            Left::Received => vec![None],
            // The bytes are either sealed or still where they were received.
            Left::Sealed(hash) => vec![None, Some(hash)],
        };
        // Without a runtime, removal is left to the upkeep.
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
