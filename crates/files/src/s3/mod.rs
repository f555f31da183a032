//! Contents as objects of a bucket.

mod blobs;
mod client;
mod credentials;
mod failure;
mod settings;
mod upload;

pub use blobs::S3Blobs;
pub use settings::{S3Location, S3Section, S3Settings, S3SettingsError};
