//! Storage of the bytes of files.

mod database;
mod removal_hold;

use std::future::Future;
use std::pin::Pin;

use parlor_model::file::{ContentHash, Location};
use parlor_model::{Result, Timestamp};

pub(crate) use self::database::DatabaseBlobs;
pub use self::removal_hold::RemovalHold;
pub(crate) use self::removal_hold::RemovalHolds;

/// Size of every piece except the last.
pub const PIECE_BYTES: usize = 256 * 1024;

/// Future of the methods of [`BlobStore`], boxed so that the trait is dyn-compatible.
pub type BlobFuture<'a, T> = Pin<Box<dyn Future<Output = Result<T>> + Send + 'a>>;

/// Stored bytes that may belong to no content. The database decides whether they do.
#[derive(Debug, Clone, Copy)]
pub struct Stray {
    /// Their location.
    pub location: Location,
    /// Their hash, if they were received completely.
    pub hash: Option<ContentHash>,
}

/// Stores bytes in pieces. Called outside of transactions.
pub trait BlobStore: Send + Sync + 'static {
    /// Appends a piece to bytes that are being received. Pieces are counted from 0.
    fn append(&self, location: Location, place: u32, bytes: Vec<u8>) -> BlobFuture<'_, ()>;

    /// Stores the received bytes durably.
    fn seal(&self, location: Location, hash: ContentHash) -> BlobFuture<'_, ()>;

    /// Returns a piece.
    ///
    /// # Errors
    /// `Internal` if it does not exist.
    fn read(&self, location: Location, hash: ContentHash, place: u32) -> BlobFuture<'_, Vec<u8>>;

    /// Removes sealed bytes, or without a hash the pieces received so far. Does nothing if there are none.
    fn remove(&self, location: Location, hash: Option<ContentHash>) -> BlobFuture<'_, ()>;

    /// Returns bytes of a workspace that are older than a day and may belong to no content. Each call covers one of 256
    /// parts, so that the result stays small.
    fn strays(&self, ws: i64, part: u8, now: Timestamp) -> BlobFuture<'_, Vec<Stray>>;
}
