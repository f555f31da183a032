//! Where the bytes of files are kept outside of the database: a folder, by content hash.

mod folder;
mod layout;

pub use folder::FolderBlobs;
