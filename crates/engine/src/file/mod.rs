//! Files of spaces and conversations. A [`BlobStore`] stores their bytes by content hash; a row of the database connects
//! a file with its content.
//!
//! Bytes are written first, to a unique location; a commit then makes them the content of a file. They are removed after
//! the commit that deletes the row of their content, so that every file has its bytes. [`Upkeep`] removes the remains of
//! aborted uploads and of failed removals.
//!
//! Keeps INV-56 (`docs/invariants.md`).

mod attachment;
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
pub use delete::delete;
pub use find::find;
pub use list::{FilePage, MAX_PAGE, list};
pub use read::read_piece;
pub(crate) use release::release_unused;
pub use store::{StoreFile, Target, check_target};
pub use transfer::{copy, rename};
pub use upkeep::Upkeep;
pub use upload::Upload;

pub use crate::blob::{BlobFuture, BlobStore, PIECE_BYTES, Stray};
