//! Storage of files' bytes outside of the database: in a folder by content hash, or in a bucket of an S3-compatible store.

mod folder;
mod layout;
mod s3;

pub use folder::FolderBlobs;
pub use layout::{parse_relative_path, relative_path};
pub use s3::{S3Blobs, S3Location, S3Section, S3Settings, S3SettingsError};
