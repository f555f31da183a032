//! Bytes in rows of the database.

use std::time::Duration;

use parlor_model::file::{ContentHash, Location};
use parlor_model::{Error, Timestamp};
use parlor_store::Store;
use parlor_store::repo::file as repo;

use super::blob::{BlobFuture, BlobStore, Stray};

/// How old pieces are that belong to no upload any more.
const STRAY_AGE: Duration = Duration::from_secs(24 * 60 * 60);
/// Locations that one look for strays gives.
const STRAYS: i64 = 1_000;

/// Keeps each piece as a row, so that all nodes and every backup of the database have them.
pub struct DatabaseBlobs {
    store: Store,
}

impl DatabaseBlobs {
    /// In this database.
    pub const fn new(store: Store) -> Self {
        Self { store }
    }
}

impl BlobStore for DatabaseBlobs {
    fn append(&self, location: Location, place: u32, bytes: Vec<u8>) -> BlobFuture<'_, ()> {
        Box::pin(
            self.store
                .write(move |tx| repo::add_chunk(tx, location, place.into(), &bytes)),
        )
    }

    fn seal(&self, _: Location, _: ContentHash) -> BlobFuture<'_, ()> {
        // Each piece was committed by itself.
        Box::pin(std::future::ready(Ok(())))
    }

    fn read(&self, location: Location, _: ContentHash, place: u32) -> BlobFuture<'_, Vec<u8>> {
        Box::pin(self.store.read(move |tx| {
            let piece = repo::chunk(tx, location, place.into())?;
            piece.ok_or_else(|| Error::internal("a piece of a file is not in the database"))
        }))
    }

    fn remove(&self, location: Location, _: Option<ContentHash>) -> BlobFuture<'_, ()> {
        Box::pin(
            self.store
                .write(move |tx| repo::delete_chunks(tx, location)),
        )
    }

    fn strays(&self, ws: i64, part: u8, now: Timestamp) -> BlobFuture<'_, Vec<Stray>> {
        Box::pin(async move {
            // They are found by their age at once.
            if part != 0 {
                return Ok(Vec::new());
            }
            let before = now.saturating_sub(STRAY_AGE);
            let found = self
                .store
                .read(move |tx| repo::stray_chunks(tx, ws, before, STRAYS))
                .await?;
            let stray = |location| Stray {
                location,
                hash: None,
            };
            Ok(found.into_iter().map(stray).collect())
        })
    }
}
