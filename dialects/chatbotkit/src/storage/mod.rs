//! Files of spaces, after the vendor's manual on space storage, and what they share with files of conversations: how bytes
//! are received, and the signed addresses for uploads and downloads.

pub(crate) mod copy;
pub(crate) mod delete;
pub(crate) mod download;
pub(crate) mod download_signed;
mod grant;
mod list;
pub(crate) mod list_directory;
pub(crate) mod list_root;
mod path;
mod receive;
pub(crate) mod rename;
mod signed_url;
mod source;
mod transfer;
pub(crate) mod upload;
pub(crate) mod upload_signed;

pub(crate) use download::{FileDownloadResponse, download_response};
pub(crate) use grant::Grant;
use path::parse_path;
pub(crate) use receive::{Received, receive, uploads};
use serde::Serialize;
pub(crate) use signed_url::UploadRequest;
use utoipa::ToSchema;

/// The vendor's page on these endpoints.
const MANUAL: &str = "Space Storage";

/// The path of what was changed.
#[derive(Serialize, ToSchema)]
struct SpaceStoragePathResponse {
    /// The path, from the space's root.
    path: String,
}
