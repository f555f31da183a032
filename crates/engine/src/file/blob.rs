//! What keeps the bytes of files.

use std::future::Future;
use std::pin::Pin;

use parlor_model::file::{ContentHash, Location};
use parlor_model::{Result, Timestamp};

/// Bytes of every piece but the last.
pub const PIECE_BYTES: usize = 256 * 1024;

/// What the methods of [`BlobStore`] give: a future that an object can give.
pub type BlobFuture<'a, T> = Pin<Box<dyn Future<Output = Result<T>> + Send + 'a>>;

/// Bytes that may belong to no content: the database says whether they do.
#[derive(Debug, Clone, Copy)]
pub struct Stray {
    /// Where they are.
    pub location: Location,
    /// Their hash, where they were received to the end.
    pub hash: Option<ContentHash>,
}

/// Keeps bytes in pieces. Called outside of every transaction.
pub trait BlobStore: Send + Sync + 'static {
    /// Adds the next piece of bytes that are being received; pieces are counted from 0.
    fn append(&self, location: Location, place: u32, bytes: Vec<u8>) -> BlobFuture<'_, ()>;

    /// Keeps what was received, durably.
    fn seal(&self, location: Location, hash: ContentHash) -> BlobFuture<'_, ()>;

    /// Reads a piece.
    ///
    /// # Errors
    /// `Internal` when it is not there.
    fn read(&self, location: Location, hash: ContentHash, place: u32) -> BlobFuture<'_, Vec<u8>>;

    /// Removes bytes; without a hash, what was received of them. Nothing happens where there are none.
    fn remove(&self, location: Location, hash: Option<ContentHash>) -> BlobFuture<'_, ()>;

    /// Bytes of a workspace that are older than a day and may belong to no content. They are found a 256th at a time, so
    /// that the answer stays short.
    fn strays(&self, ws: i64, part: u8, now: Timestamp) -> BlobFuture<'_, Vec<Stray>>;
}
