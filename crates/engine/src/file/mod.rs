//! Files of spaces and conversations. Their bytes are kept by content hash through a [`BlobStore`]; a row of the database
//! says which file has which content.
//!
//! Bytes are written first, under a location that nothing else has, and a commit then makes them a file's. They are
//! removed after the commit that removed the row of their content, so that no file ever lacks its bytes. What is left of
//! uploads that broke off, and of contents whose bytes could not be removed, [`Upkeep`] removes later.

mod attachment;
mod blob;
mod database;
mod delete;
mod directory;
mod find;
mod list;
mod read;
mod release;
mod store;
mod transfer;
mod upkeep;
mod upload;

pub use attachment::{attachment, attachments};
pub use blob::{BlobFuture, BlobStore, PIECE_BYTES, Stray};
pub use database::DatabaseBlobs;
pub use delete::delete;
pub use find::find;
pub use list::{FilePage, MAX_PAGE, list};
pub use read::read_piece;
pub(crate) use release::release_unused;
pub use store::{StoreFile, Target, check_target};
pub use transfer::{copy, rename};
pub use upkeep::Upkeep;
pub use upload::Upload;
