//! Files of spaces, conversations and messages. A [`BlobStore`] stores their bytes by content hash; a row of the database connects
//! a file with its content.
//!
//! Bytes are written first, to a unique location; a commit then makes them the content of a file. They are removed after
//! the commit that deletes the row of their content, so that every file has its bytes. [`Upkeep`] removes the remains of
//! aborted uploads and of failed removals.
//!
//! Keeps INV-56, INV-80 (`docs/invariants.md`).

mod attachment;
mod delete;
mod directory;
mod fetch;
mod find;
mod inbound;
mod link;
mod list;
mod media_type;
mod outbound;
mod read;
mod release;
mod store;
mod transfer;
mod upkeep;
mod upload;

pub use attachment::{attachment, attachment_page, attachments};
pub use delete::delete;
pub use fetch::FileFetcher;
pub use find::find;
pub use inbound::{InboundFile, MAX_MESSAGE_FILE_BYTES, MAX_MESSAGE_FILES};
pub(crate) use inbound::{PendingFiles, omit_excess};
pub use link::{FileLink, find_linked};
pub use list::{FilePage, MAX_PAGE, list};
pub use media_type::{UNKNOWN_MEDIA_TYPE, is_safe_picture, safe_media_type};
pub(crate) use outbound::load_files;
pub use read::read_piece;
pub(crate) use release::{release_unreferenced, release_unused};
pub use store::{StoreFile, Target, check_target};
pub use transfer::{copy, rename};
pub use upkeep::Upkeep;
pub use upload::Upload;

pub use crate::blob::{BlobFuture, BlobStore, PIECE_BYTES, Stray};
