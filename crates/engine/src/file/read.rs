//! Reading the bytes of a file.

use parlor_model::Result;
use parlor_model::file::Content;

use super::blob::PIECE_BYTES;
use crate::Engine;

/// A piece of a content that the caller was given with its file; none behind the last.
pub async fn read_piece(engine: &Engine, content: &Content, place: u32) -> Result<Option<Vec<u8>>> {
    let start = u64::from(place) * PIECE_BYTES as u64;
    if start >= u64::try_from(content.size).unwrap_or(0) {
        return Ok(None);
    }
    let piece = engine.blobs.read(content.location, content.hash, place);
    piece.await.map(Some)
}
