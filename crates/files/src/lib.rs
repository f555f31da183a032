//! Storage of files' bytes outside of the database: in a folder, by content hash.

mod folder;
mod layout;

pub use folder::FolderBlobs;
pub use layout::{parse_relative_path, relative_path};
